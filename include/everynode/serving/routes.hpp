/// Routes requests to handlers by method and path.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/http/answer.hpp"
#include "everynode/serving/checks.hpp"

namespace everynode::serving {

struct Route {
  std::string_view method;
  std::string_view path;
  std::function<http::Answer(const http::Request&)> handle;
};

/// Called for every response. The path is one of the table's, or "other": clients must not choose labels of metrics.
using Answered = std::function<void(std::string_view path, http::Status, std::chrono::nanoseconds handling)>;

/// A table of routes as one handler: 404 for a path that is not in it, 405 with Allow for another method.
class Router {
 public:
  Router(std::vector<Route> routes, Answered answered);

  http::Answer operator()(const http::Request& request) const;

 private:
  [[nodiscard]] http::Answer dispatch(const http::Request& request) const;
  [[nodiscard]] std::string_view known_path(const http::Request& request) const;

  std::vector<Route> routes_;
  Answered answered_;
};

/// GET /healthz: 200 if the event loops turn.
[[nodiscard]] http::Response healthz(bool alive);

/// GET /readyz: 200 if every check passed, else 503; the body lists them.
[[nodiscard]] http::Response readyz(const std::vector<Check>& checks);

/// GET /metrics: Prometheus' text format.
[[nodiscard]] http::Response metrics_page(std::string text);

}  // namespace everynode::serving
