// Proxies: their addresses, the list of those who need none, and what a SOCKS proxy answers; and the header Warning.
// The first line of the input is a URL, the second a list as NO_PROXY has it or the header, the rest comes from the
// proxy.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "everynode/http/proxy.hpp"
#include "everynode/http/socks.hpp"
#include "everynode/http/url.hpp"
#include "everynode/http/warning.hpp"
#include "require.hpp"

using namespace everynode;
using fuzz::require;

namespace {

std::string take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  std::string line(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

void answer(http::SocksMachine machine, std::string_view bytes) {
  std::size_t steps = 0;
  while (machine.wanted() > 0 && machine.wanted() <= bytes.size()) {
    require(!machine.done() && machine.problem().empty() && ++steps < 8);
    static_cast<void>(machine.take_output());
    const std::size_t wanted = machine.wanted();
    machine.feed(bytes.substr(0, wanted));
    bytes.remove_prefix(wanted);
  }
  if (machine.wanted() == 0) require(machine.done() == machine.problem().empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string url = take_line(rest);
  const std::string list = take_line(rest);
  const auto proxy = http::parse_proxy(url);
  require(proxy || !proxy.error().empty());
  if (proxy) require(proxy->port != 0 && proxy->host.find_first_of("\r\n /?#@") == std::string::npos);
  require(http::is_listed(list + ",*", "api.example", 443));
  static_cast<void>(http::is_listed(list, "10.1.2.3", 443));
  static_cast<void>(http::is_listed(list, "fd00::1", 443));
  std::vector<std::string> warnings;
  http::append_warnings(list, warnings);
  for (const std::string& warning : warnings) require(warning.size() < list.size());
  answer(http::SocksMachine(proxy.value_or(http::Proxy()), "api.example", 443), rest);
  return 0;
}
