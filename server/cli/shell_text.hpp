/// Pieces of shell scripts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace everynode::cli {

/// In single quotes, for bash, zsh and fish alike. The text has no backslashes: only fish gives them a meaning there.
[[nodiscard]] std::string in_single_quotes(const std::string& text);

/// The words, joined by `between`.
[[nodiscard]] std::string joined(const std::vector<std::string>& words, std::string_view between);

}  // namespace everynode::cli
