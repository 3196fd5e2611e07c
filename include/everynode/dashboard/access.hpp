/// Who may ask the page's server, and what browsers are told to keep away from it.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/http/message.hpp"

namespace everynode::dashboard {

struct Access {
  std::string token;                      ///< in the header Authorization of all but the page itself
  std::vector<std::string> hosts;         ///< HOST:PORT under which the page is reached; HOST too if the port is 80
  std::vector<std::string> proxied = {};  ///< the same of proxies in front of it, which may speak HTTPS
  bool actions = false;                   ///< something may be changed at all
};

/// Why a request is refused, in a word, and its answer.
struct Denial {
  std::string_view reason;  ///< a literal
  http::Response response;
};

/// By its head alone. A request must name one of the hosts, so no page of another name that resolves to our address can
/// ask (DNS rebinding); must come from no other origin, if it names one; and must show the token, if it asks for more
/// than the page's own files, which hold no secret. Browsers add none of this by themselves, as they do cookies. One
/// that may change something (POST and its like) must name the page's own origin, and is refused without
/// `Access::actions`, whatever it is about.
[[nodiscard]] std::optional<Denial> denial_of(const http::Head& head, const Access& access);

/// The hosts of a server that listens on this loopback address: the address itself and "localhost". Browsers leave out
/// the port that http has anyway, 80.
[[nodiscard]] std::vector<std::string> hosts_of(std::string_view address, std::uint16_t port);

/// Whether it is HOST or HOST:PORT as browsers write it, who may reach the page by it through a proxy.
[[nodiscard]] bool is_host(std::string_view text);

/// The token in a file: 32 to 256 letters, digits, "-" and "_", and at most a line's end behind them. The error says
/// what is wrong, and nothing of what is there.
[[nodiscard]] std::expected<std::string, std::string> token_in(std::string_view file);

/// Whether the IP address is one of this machine alone: 127.0.0.0/8 or ::1.
[[nodiscard]] bool is_loopback(std::string_view address);

/// Adds what keeps the page to itself: nothing from elsewhere, nothing inline, no text taken for markup or script, no
/// frame, no guess about types, no copy in a cache, no address in a Referer.
void secure(http::Response& response);

}  // namespace everynode::dashboard
