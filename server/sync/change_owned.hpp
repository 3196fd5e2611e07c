/// Adopts, releases, changes or deletes an existing pod or revision.
#pragma once

#include <string>
#include <type_traits>

#include "everynode/sync/batch.hpp"
#include "everynode/sync/requests.hpp"

namespace everynode::sync {

class ChangeOwned final : public WriteMachine {
 public:
  template <class Action>
  ChangeOwned(const Batch& batch, const Action& action)
      : ChangeOwned({.kind = action.kind, .key = batch.beside(action.name)}, request_of(action, batch.daemon_set())) {
    if constexpr (requires { action.uid; }) object_.uid = action.uid;
    if constexpr (requires { action.failure_event; }) failure_event_ = action.failure_event;
    if constexpr (std::is_same_v<Action, daemonset::Adopt>) {
      if (batch.adoption()) end(std::unexpected(*batch.adoption()));
    }
  }

 private:
  struct Object {
    daemonset::OwnedKind kind;
    cache::Key key;
    std::string uid = {};  ///< empty: the request refers to a version, not to a UID
  };

  ChangeOwned(Object object, kube::Request request);
  void take(Answer answer) override;
  void rechecked(Result result) override;

  Object object_;
  bool deletes_;
  std::string_view failure_event_;  ///< the reason of the event after a failure; empty: there is none
  std::string refusal_;             ///< the API server's message, for people
};

}  // namespace everynode::sync
