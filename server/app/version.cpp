#include "everynode/app/version.hpp"

namespace everynode::app {

std::string_view version() {
  return EVERYNODE_VERSION;
}

}  // namespace everynode::app
