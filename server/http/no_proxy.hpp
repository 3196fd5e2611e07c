/// Addresses as NO_PROXY's rules compare them. Private to `http`.
#pragma once

#include <string_view>

namespace everynode::http {

/// "localhost", 127.0.0.0/8 or ::1: the environment's proxies do not apply to it.
[[nodiscard]] bool is_loopback(std::string_view host);

}  // namespace everynode::http
