/// Which namespaces the page shows. Private to `page`.
#pragma once

#include <string>

#include "everynode/inspection/inspector.hpp"

namespace everynode::page {

struct Scope {
  inspection::Target target;
  std::string why;  ///< it shows less than all namespaces; empty: it does not, or the user has said so
};

/// All namespaces if the target names none; if the user may not list the DaemonSets and pods of all, the namespace of
/// the context. Throws std::runtime_error if there is no configuration to reach the cluster.
[[nodiscard]] Scope scope_of(inspection::Target target);

}  // namespace everynode::page
