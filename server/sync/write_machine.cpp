#include "everynode/sync/write_machine.hpp"

#include <type_traits>

namespace everynode::sync {
namespace {

const std::string& uid_of(const Object& object) {
  return std::visit([](const auto& one) -> const std::string& { return one.uid; }, object);
}

}  // namespace

const kube::Resource& resource_of(daemonset::OwnedKind kind) {
  return kind == daemonset::OwnedKind::pod ? kube::pods : kube::controller_revisions;
}

Change tried(const daemonset::Action& action, const Result& result) {
  const bool deletes = daemonset::deletes_pod(action) || std::holds_alternative<daemonset::DeleteRevision>(action);
  return Tried{.object = daemonset::object_of(action),
               .failed = !result,
               .may_be_undone = result && *result == Next::go_on && !deletes};
}

void WriteMachine::on_answer(Answer answer) {
  if (!recheck_) return take(std::move(answer));
  Recheck recheck = std::move(*recheck_);
  recheck_.reset();
  take_recheck(std::move(recheck), std::move(answer));
}

void WriteMachine::change(Object object) {
  const auto note = [this](auto& one) {
    if constexpr (std::is_constructible_v<Change, decltype(std::move(one))>) {
      effects_.changes.emplace_back(std::move(one));
    }
  };
  std::visit(note, object);
}

void WriteMachine::notify(EventType type, std::string_view reason, std::string message) {
  effects_.notices.push_back({.type = type, .reason = reason, .message = std::move(message)});
}

void WriteMachine::recheck(daemonset::OwnedKind kind, const cache::Key& key, std::string uid, Result if_it_is_there) {
  recheck_ = Recheck{.kind = kind, .uid = std::move(uid), .if_it_is_there = std::move(if_it_is_there)};
  ask(kube::get(resource_of(kind), key));
}

/// Handles the object that has the name now.
void WriteMachine::take_recheck(Recheck recheck, Answer answer) {
  if (!answer) {
    if (answer.error().failure != Failure::not_found) return rechecked(std::unexpected(std::move(answer.error())));
    change(Gone{.kind = recheck.kind, .uid = std::move(recheck.uid)});
    return rechecked(Next::go_on);
  }
  const bool same = uid_of(*answer) == recheck.uid;
  if (!same) change(Gone{.kind = recheck.kind, .uid = std::move(recheck.uid)});
  change(std::move(*answer));
  rechecked(same ? std::move(recheck.if_it_is_there) : Next::go_on);
}

}  // namespace everynode::sync
