#include "seeded_faults.hpp"

namespace everynode::reconciler {

using support::Fault;
using support::WatchFault;
using Kind = support::Fault::Kind;

support::Fault SeededFaults::of_request(const support::ApiRequest& request) {
  if (one_in(200)) return {.kind = Kind::refuse, .status = 429, .reason = "TooManyRequests", .retry_after = 1};
  if (one_in(5)) return {.delay = std::chrono::milliseconds(random_() % 30)};
  if (!one_in(6)) return {};
  switch (random_() % 6) {
    case 0:
      return {.kind = Kind::drop_before};
    case 1:
      return {.kind = Kind::drop_after};
    case 2:
      if (request.method == "GET") return {};
      return {.kind = Kind::refuse, .status = 409, .reason = "Conflict"};
    case 3:
      return {.kind = Kind::refuse, .status = 503, .reason = "ServiceUnavailable"};
    case 4:
      return {.kind = Kind::drop_after};
    default:
      return {.kind = Kind::refuse, .status = 500};
  }
}

support::WatchFault SeededFaults::of_watch() {
  WatchFault fault;
  fault.gone = one_in(8);
  fault.delay = std::chrono::milliseconds(one_in(2) ? random_() % 60 : 0);
  fault.duplicate = one_in(4);
  fault.piece = one_in(2) ? 1 + random_() % 200 : 0;
  fault.life = std::chrono::milliseconds(one_in(2) ? 20 + random_() % 300 : 0);
  if (one_in(4)) fault.told = random_() % 8;
  return fault;
}

}  // namespace everynode::reconciler
