/// The programs that these tests start.
#pragma once

#include <string>

namespace everynode::support {

inline const std::string binary = EVERYNODE_BINARY;
inline const std::string make_certs = EVERYNODE_SOURCE_DIR "/certs/make-certs";

}  // namespace everynode::support
