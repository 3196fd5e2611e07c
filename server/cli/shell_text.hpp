/// Pieces of shell scripts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace everynode::cli {

/// The words, joined by `between`.
[[nodiscard]] std::string joined(const std::vector<std::string>& words, std::string_view between);

}  // namespace everynode::cli
