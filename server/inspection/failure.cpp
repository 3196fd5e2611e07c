#include "everynode/inspection/failure.hpp"

#include <algorithm>

namespace everynode::inspection {
namespace {

/// A proxy that says "in an hour" must not keep us from looking for an hour.
constexpr std::chrono::seconds longest_wait{60};

std::string asked(std::string_view address, const kube::Request& request) {
  return std::string(request.method()) + " " + std::string(address) +
         request.target.substr(0, request.target.find('?'));
}

std::string not_the_api_server(std::string_view address, const kube::Request& request, unsigned status) {
  return asked(address, request) + ": " + std::to_string(status) +
         " with a page of HTML, which is not the API server's; is a proxy or a sign-in page in between?";
}

/// The API server's own refusals are Status objects; a 404 without one may come from a proxy that has lost its server.
Chance chance_of(unsigned status, bool has_reason) {
  switch (status) {
    case 408:
    case 410:  // the list was too slow for its page token
    case 429:
    case 502:
    case 503:
    case 504:
      return Chance::soon;
    case 404:
      return has_reason ? Chance::never : Chance::later;
    default:
      return status >= 400 && status < 500 ? Chance::never : Chance::later;
  }
}

}  // namespace

Failure failure_of(std::string_view address, const kube::Request& request, const kube::Outcome& outcome) {
  if (!outcome) {
    const kube::NoReply& none = outcome.error();
    const Chance away = none.sent ? Chance::soon : Chance::later;
    return {.why = none.why, .chance = none.lasting ? Chance::never : away};
  }
  const kube::ApiStatus status = kube::status_of(*outcome);
  Failure failure{.why = kube::is_html(outcome->body) ? not_the_api_server(address, request, outcome->status)
                                                      : kube::explain(request, status),
                  .chance = chance_of(outcome->status, !status.reason.empty()),
                  .retry_after = outcome->retry_after};
  // A server that asks us to wait can be believed, whatever the status is.
  if (failure.retry_after && outcome->status >= 500) failure.chance = Chance::soon;
  return failure;
}

Failure unreadable(std::string_view address, const kube::Request& request, const kube::Reply& reply,
                   std::string_view problem) {
  if (kube::is_html(reply.body)) {
    return {.why = not_the_api_server(address, request, reply.status), .chance = Chance::later};
  }
  const std::string what = reply.body.empty() ? " without a body" : ", which cannot be read: " + std::string(problem);
  return {.why = asked(address, request) + ": " + std::to_string(reply.status) + what, .chance = Chance::later};
}

std::chrono::seconds wait_after(const Failure& failure, std::chrono::seconds interval) {
  return std::max(interval, std::min(failure.retry_after.value_or(interval), longest_wait));
}

}  // namespace everynode::inspection
