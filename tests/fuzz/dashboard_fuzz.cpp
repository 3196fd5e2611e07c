// A request to the page's server, as its head and then its target tell. The lines of the input are method, target,
// Host, Origin and Authorization. Nobody gets past the door without the token, whatever else is there.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "everynode/dashboard/access.hpp"
#include "everynode/dashboard/routes.hpp"
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const dashboard::Access access{.token = "secret", .hosts = dashboard::hosts_of("127.0.0.1", 8090)};
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string method = take_line(rest);
  const std::string target = take_line(rest);
  const std::string host = take_line(rest);
  const std::string origin = take_line(rest);
  const std::string authorization = take_line(rest);
  const http::Head head{
      .method = method, .target = target, .authorization = authorization, .host = host, .origin = origin};
  const bool let_in = !dashboard::denial_of(head, access);
  if (let_in) require(host == "127.0.0.1:8090" || host == "localhost:8090");
  if (let_in && target.starts_with("/api/")) require(authorization == "Bearer secret");
  const bool safe = method == "GET" || method == "HEAD" || method == "OPTIONS";
  require(safe || !let_in);
  dashboard::Access open = access;
  open.actions = true;
  if (!safe && !dashboard::denial_of(head, open)) {
    require(origin == "http://127.0.0.1:8090" || origin == "http://localhost:8090");
    require(authorization == "Bearer secret");
  }
  const auto route = dashboard::route_of({.method = method, .target = target, .content_type = {}, .body = {}});
  const auto* const answer = std::get_if<http::Response>(&route);
  if (method != "GET") require(answer != nullptr && answer->status != http::Status::ok);
  // What is secret is behind "/api/", where the door asks for the token.
  const bool own_file = std::holds_alternative<dashboard::Asset>(route);
  if (answer == nullptr && !own_file) require(target.starts_with("/api/"));
  return 0;
}
