#include "everynode/logging/version.hpp"

namespace everynode::logging {

std::string_view version() {
  return EVERYNODE_VERSION;
}

}  // namespace everynode::logging
