#include "answers.hpp"

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "assets.hpp"
#include "everynode/dashboard/access.hpp"
#include "everynode/net/gzip.hpp"
#include "facts.hpp"
#include "steering.hpp"

namespace everynode::page {
namespace {

using Json = nlohmann::ordered_json;

/// Below this, compression saves no packet.
constexpr std::size_t worth_compressing = 1024;

void mark_compressed(http::Response& response) {
  response.headers.push_back({"Content-Encoding", "gzip"});
}

http::Response json(std::string body, bool gzip) {
  http::Response response;
  response.body = std::move(body);
  if (!gzip || response.body.size() < worth_compressing) return response;
  response.body = net::gzip(response.body);
  mark_compressed(response);
  return response;
}

http::Response no_daemon_set(const inspection::Inspector& inspector, const cache::Key& key) {
  if (!inspector.synced())
    return http::failure(http::Status::service_unavailable, "nothing is known of DaemonSets yet; ask again");
  return http::failure(http::Status::not_found, "there is no DaemonSet " + to_text(key));
}

}  // namespace

std::string_view type_of(dashboard::Asset asset) {
  switch (asset) {
    case dashboard::Asset::document:
      return "text/html; charset=utf-8";
    case dashboard::Asset::script:
      return "text/javascript; charset=utf-8";
    case dashboard::Asset::style:
      return "text/css; charset=utf-8";
  }
  return {};
}

http::Answer Answers::operator()(const http::Request& request) {
  const dashboard::Route route = dashboard::route_of(request);
  const auto of_one = [&](const auto& ask) -> http::Answer { return answer(ask, request.takes_gzip); };
  http::Answer whole = std::visit(of_one, route);
  if (auto* const response = std::get_if<http::Response>(&whole)) dashboard::secure(*response);
  return whole;
}

http::Response Answers::answer(const http::Response& response, bool) const {
  return response;
}

http::Response Answers::answer(dashboard::Asset asset, bool gzip) {
  http::Response response;
  response.content_type = type_of(asset);
  std::string& compressed = compressed_.at(static_cast<std::size_t>(asset));
  if (compressed.empty()) compressed = net::gzip(bytes_of(asset));
  response.body = gzip ? compressed : std::string(bytes_of(asset));
  if (gzip) mark_compressed(response);
  return response;
}

http::Response Answers::answer(dashboard::AskSnapshot, bool gzip) const {
  const auto now = std::chrono::time_point_cast<objects::Time::duration>(std::chrono::system_clock::now());
  return json(board_.snapshot(now), gzip);
}

/// Those are answered by a stream, before anybody asks here.
http::Response Answers::answer(const dashboard::AskEvents&, bool) const {
  return http::failure(http::Status::internal_server_error, "events come as a stream");
}

http::Response Answers::answer(const dashboard::AskWhy& ask, bool gzip) const {
  Json answer{{"node", nullptr}, {"daemonSets", Json::array()}};
  const auto node = inspector_.nodes().find(ask.node);
  if (node != inspector_.nodes().end()) answer["node"] = explanation_of(node->second);
  if (!ask.name.empty()) {
    const cache::Key key{.namespace_ = ask.namespace_, .name = ask.name};
    const auto closeup = inspector_.look_closely(key, ask.node);
    if (!closeup) return no_daemon_set(inspector_, key);
    Json facts = explanation_of(*closeup, ask.node);
    facts["offers"] = offers_in(closeup->inspection, target_);
    answer["daemonSets"].push_back(std::move(facts));
    return json(to_text(answer), gzip);
  }
  for (const cache::Key& key : inspector_.daemon_sets()) {
    if (const auto inspection = inspector_.look(key))
      answer["daemonSets"].push_back(explanation_of(*inspection, ask.node));
  }
  return json(to_text(answer), gzip);
}

http::Response Answers::answer(const dashboard::AskHistory& ask, bool gzip) const {
  const cache::Key key{.namespace_ = ask.namespace_, .name = ask.name};
  const auto past = inspector_.look_back(key);
  return past ? json(to_text(history_of(*past, key, target_)), gzip) : no_daemon_set(inspector_, key);
}

/// What the page does not show, nobody changes from it.
http::Answer Answers::answer(const dashboard::AskSteer& ask, bool) const {
  const cache::Key key{.namespace_ = ask.namespace_, .name = ask.name};
  if (steering_ == nullptr) return http::failure(http::Status::forbidden, "this page changes nothing");
  if (!inspector_.look(key)) return no_daemon_set(inspector_, key);
  return (*steering_)(ask);
}

}  // namespace everynode::page
