#include "everynode/sync/write_machine.hpp"

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
  return Tried{.object = daemonset::object_of(action), .failed = !result};
}

void WriteMachine::on_answer(Answer answer) {
  if (!look_) return take(std::move(answer));
  Look look = std::move(*look_);
  look_.reset();
  take_look(std::move(look), std::move(answer));
}

void WriteMachine::change(Object object) {
  std::visit([this](auto& one) { effects_.changes.emplace_back(std::move(one)); }, object);
}

void WriteMachine::tell(EventType type, std::string_view reason, std::string message) {
  effects_.notices.push_back({.type = type, .reason = reason, .message = std::move(message)});
}

void WriteMachine::look_again(daemonset::OwnedKind kind, const cache::Key& key, std::string uid,
                              Result if_it_is_there) {
  look_ = Look{.kind = kind, .uid = std::move(uid), .if_it_is_there = std::move(if_it_is_there)};
  ask(kube::get(resource_of(kind), key));
}

/// Takes what has the name now.
void WriteMachine::take_look(Look look, Answer answer) {
  if (!answer) {
    if (answer.error().failure != Failure::not_found) return looked(std::unexpected(std::move(answer.error())));
    change(Gone{.kind = look.kind, .uid = std::move(look.uid)});
    return looked(Next::go_on);
  }
  const bool same = uid_of(*answer) == look.uid;
  if (!same) change(Gone{.kind = look.kind, .uid = std::move(look.uid)});
  change(std::move(*answer));
  looked(same ? std::move(look.if_it_is_there) : Next::go_on);
}

}  // namespace everynode::sync
