/// The query of a request's target.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace everynode::http {

struct Parameter {
  std::string name;   ///< decoded
  std::string value;  ///< decoded; empty if it has none
};

/// The parameters in order. nullopt: the target is no path with a query (RFC 9112, 3.2.1).
[[nodiscard]] std::optional<std::vector<Parameter>> query_of(std::string_view target);

}  // namespace everynode::http
