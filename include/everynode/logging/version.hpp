/// Which version this is.
#pragma once

#include <string_view>

namespace everynode::logging {

/// Semantic version, e.g. "0.1.0"; the project's, from CMakeLists.txt.
[[nodiscard]] std::string_view version();

}  // namespace everynode::logging
