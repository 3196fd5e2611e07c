#include "change_owned.hpp"

#include <utility>

namespace everynode::sync {

ChangeOwned::ChangeOwned(Object object, kube::Request request)
    : object_(std::move(object)), deletes_(request.verb == kube::Verb::delete_) {
  ask(std::move(request));
}

void ChangeOwned::take(Answer answer) {
  const bool unreadable = !answer && answer.error().failure == Failure::unreadable;
  if (deletes_ && (answer || unreadable)) {
    change(Gone{.kind = object_.kind, .uid = object_.uid});
    return end(Next::go_on);
  }
  if (answer) {
    change(std::move(*answer));
    return end(Next::go_on);
  }
  const Failure failure = answer.error().failure;
  refusal_ = answer.error().message();
  Result result = std::unexpected(std::move(answer.error()));
  if (object_.uid.empty()) return rechecked(std::move(result));
  if (failure == Failure::conflict) return recheck(object_.kind, object_.key, object_.uid, std::move(result));
  if (failure != Failure::not_found) return rechecked(std::move(result));
  change(Gone{.kind = object_.kind, .uid = object_.uid});
  end(Next::go_on);
}

/// A user whose object cannot be released or adopted finds the reason in an event.
void ChangeOwned::rechecked(Result result) {
  const std::string what = (object_.kind == daemonset::OwnedKind::pod ? "pod " : "revision ") + object_.key.name;
  if (!result && !failure_event_.empty()) notify(EventType::warning, failure_event_, what + ": " + refusal_);
  end(std::move(result));
}

}  // namespace everynode::sync
