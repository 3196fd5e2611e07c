/// Which request goes where.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "everynode/http/message.hpp"
#include "everynode/webhook/metrics.hpp"
#include "everynode/webhook/readiness.hpp"

namespace everynode::webhook {

struct Route {
  std::string_view method;
  std::string_view path;
  std::function<http::Response(const http::Request&)> handle;
};

/// A table of routes as one handler: 404 for a path that is not in it, 405 with Allow for another method. Counts every
/// answer.
class Router {
 public:
  Router(std::vector<Route> routes, Metrics& metrics);

  http::Response operator()(const http::Request& request) const;

 private:
  [[nodiscard]] http::Response dispatch(const http::Request& request) const;
  [[nodiscard]] std::string_view known_path(const http::Request& request) const;

  std::vector<Route> routes_;
  Metrics& metrics_;
};

/// GET /healthz: 200 if the event loops turn.
[[nodiscard]] http::Response healthz(bool alive);

/// GET /readyz: 200 if every check passed, else 503; the body lists them.
[[nodiscard]] http::Response readyz(const std::vector<Check>& checks);

/// GET /metrics.
[[nodiscard]] http::Response metrics_page(const Metrics& metrics);

}  // namespace everynode::webhook
