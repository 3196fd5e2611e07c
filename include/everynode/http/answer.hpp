/// What a handler makes of a request: a response at once, or one that has to wait for something.
#pragma once

#include <functional>
#include <variant>

#include "everynode/http/message.hpp"

namespace everynode::http {

/// A response that cannot be made yet.
struct Postponed {
  /// Begins to wait. It must have `go_on` called once, soon, and from any thread.
  std::function<void(std::function<void()> go_on)> wait;
  /// Answers the same request after that, on the handler's thread.
  std::function<Response(const Request&)> respond;
};

using Answer = std::variant<Response, Postponed>;

}  // namespace everynode::http
