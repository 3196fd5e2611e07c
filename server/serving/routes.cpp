#include "everynode/serving/routes.hpp"

#include <algorithm>
#include <chrono>

namespace everynode::serving {
namespace {

http::Response plain_text(http::Status status, std::string body) {
  http::Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

}  // namespace

Router::Router(std::vector<Route> routes, Answered answered)
    : routes_(std::move(routes)), answered_(std::move(answered)) {}

http::Answer Router::operator()(const http::Request& request) const {
  const auto began = std::chrono::steady_clock::now();
  const auto count = [answered = &answered_, path = known_path(request), began](const http::Response& response) {
    (*answered)(path, response.status, std::chrono::steady_clock::now() - began);
  };
  http::Answer answer = dispatch(request);
  if (const auto* response = std::get_if<http::Response>(&answer)) count(*response);
  if (auto* postponed = std::get_if<http::Postponed>(&answer)) {
    postponed->respond = [respond = std::move(postponed->respond), count](const http::Request& same) {
      http::Response response = respond(same);
      count(response);
      return response;
    };
  }
  return answer;
}

http::Answer Router::dispatch(const http::Request& request) const {
  std::string allowed;
  for (const Route& route : routes_) {
    if (route.path != request.path()) continue;
    if (route.method == request.method) return route.handle(request);
    allowed += allowed.empty() ? route.method : ", " + std::string(route.method);
  }
  if (allowed.empty())
    return http::failure(http::Status::not_found, "there is nothing at " + std::string(request.path()));
  http::Response response = http::failure(
      http::Status::method_not_allowed, std::string(request.path()) + " takes " + allowed + ", not " + request.method);
  response.headers.push_back({"Allow", allowed});
  return response;
}

std::string_view Router::known_path(const http::Request& request) const {
  const auto found = std::ranges::find(routes_, request.path(), &Route::path);
  return found == routes_.end() ? "other" : found->path;
}

http::Response healthz(bool alive) {
  return alive ? plain_text(http::Status::ok, "ok\n")
               : plain_text(http::Status::service_unavailable, "an event loop has stopped turning\n");
}

http::Response readyz(const std::vector<Check>& checks) {
  const auto status = all_passed(checks) ? http::Status::ok : http::Status::service_unavailable;
  return plain_text(status, to_text(checks));
}

http::Response metrics_page(std::string text) {
  http::Response response = plain_text(http::Status::ok, std::move(text));
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return response;
}

}  // namespace everynode::serving
