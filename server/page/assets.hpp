/// The page's own files. Private to `page`.
#pragma once

#include <string_view>

#include "everynode/dashboard/routes.hpp"

namespace everynode::page {

[[nodiscard]] std::string_view bytes_of(dashboard::Asset asset);

/// The type as an HTTP header has it.
[[nodiscard]] std::string_view type_of(dashboard::Asset asset);

}  // namespace everynode::page
