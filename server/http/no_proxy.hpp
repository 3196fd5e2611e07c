/// Addresses as NO_PROXY's rules compare them. Private to `http`.
#pragma once

#include <string_view>

namespace everynode::http {

/// "localhost", 127.0.0.0/8 or ::1: no proxy of the environment is asked for it.
[[nodiscard]] bool is_loopback(std::string_view host);

}  // namespace everynode::http
