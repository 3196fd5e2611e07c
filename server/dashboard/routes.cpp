#include "everynode/dashboard/routes.hpp"

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "everynode/http/query.hpp"

namespace everynode::dashboard {
namespace {

using Query = std::vector<http::Parameter>;

http::Response bad(std::string_view message) {
  return http::failure(http::Status::bad_request, message);
}

/// Empty if the query has none; nullopt: more than one.
std::optional<std::string> only(const Query& query, std::string_view name) {
  std::optional<std::string> found;
  for (const http::Parameter& parameter : query) {
    if (parameter.name != name) continue;
    if (found) return std::nullopt;
    found = parameter.value;
  }
  return found.value_or("");
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

constexpr std::string_view no_namespace = "daemonSet has no NAMESPACE/ in front of its NAME";

/// NAMESPACE/NAME.
std::optional<std::pair<std::string, std::string>> name_in(const std::string& daemon_set) {
  const std::size_t slash = daemon_set.find('/');
  if (slash == std::string::npos) return std::nullopt;
  return std::pair(daemon_set.substr(0, slash), daemon_set.substr(slash + 1));
}

Route events(const Query& query) {
  const auto epoch = only(query, "epoch");
  const auto since = number(only(query, "since").value_or(""));
  if (!epoch || !since) return bad("expected epoch=EPOCH and since=NUMBER, each once");
  return AskEvents{.epoch = *epoch, .since = *since};
}

Route why(const Query& query) {
  const auto daemon_set = only(query, "daemonSet");
  const auto node = only(query, "node");
  if (!daemon_set || !node || (daemon_set->empty() && node->empty())) {
    return bad("expected daemonSet=NAMESPACE/NAME, node=NODE or both, each once");
  }
  if (daemon_set->empty()) return AskWhy{.namespace_ = {}, .name = {}, .node = *node};
  const auto named = name_in(*daemon_set);
  if (!named) return bad(no_namespace);
  return AskWhy{.namespace_ = named->first, .name = named->second, .node = *node};
}

Route history(const Query& query) {
  const auto daemon_set = only(query, "daemonSet");
  if (!daemon_set || daemon_set->empty()) return bad("expected daemonSet=NAMESPACE/NAME, once");
  const auto named = name_in(*daemon_set);
  if (!named) return bad(no_namespace);
  return AskHistory{.namespace_ = named->first, .name = named->second};
}

std::optional<Route> find(std::string_view path, const Query& query) {
  if (path == "/") return Asset::document;
  if (path == "/page.js") return Asset::script;
  if (path == "/page.css") return Asset::style;
  if (path == "/api/snapshot") return AskSnapshot{};
  if (path == "/api/events") return events(query);
  if (path == "/api/explain") return why(query);
  if (path == "/api/history") return history(query);
  return std::nullopt;
}

http::Response other_method(const std::string& understood) {
  http::Response refused =
      http::failure(http::Status::method_not_allowed, "only " + understood + " is understood here");
  refused.headers.push_back({"Allow", understood});
  return refused;
}

Route steer(const http::Request& request) {
  if (request.method != "POST") return other_method("POST");
  if (!http::is_json(request.content_type))
    return http::failure(http::Status::unsupported_media_type, "expected the content type application/json");
  auto ask = read_steer(request.body);
  if (!ask) return bad(ask.error().text());
  return std::move(*ask);
}

}  // namespace

Route route_of(const http::Request& request) {
  const auto query = http::query_of(request.target);
  if (!query) return bad("this is no path");
  if (request.path() == "/api/rollout") return steer(request);
  auto route = find(request.path(), *query);
  if (!route) return http::failure(http::Status::not_found, "there is nothing at " + std::string(request.path()));
  if (request.method == "GET") return std::move(*route);
  return other_method("GET");
}

}  // namespace everynode::dashboard
