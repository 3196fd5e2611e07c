/// Adopts, releases, changes or deletes an existing pod or revision.
#pragma once

#include <optional>
#include <string>

#include "everynode/sync/batch.hpp"

namespace everynode::sync {

class ChangeOwned final : public WriteMachine {
 public:
  ChangeOwned(const Batch& batch, const daemonset::Adopt& action);
  ChangeOwned(const Batch& batch, const daemonset::Release& action);
  ChangeOwned(const Batch& batch, const daemonset::RelabelPod& action);
  ChangeOwned(const Batch& batch, const daemonset::ChangeRevision& action);
  ChangeOwned(const Batch& batch, const daemonset::DeleteRevision& action);

 private:
  /// What remains after a success.
  enum class Leaves : std::uint8_t { object, nothing };

  ChangeOwned(daemonset::OwnedKind kind, cache::Key key, std::string uid, Leaves leaves, kube::Request request);
  void take(Answer answer) override;
  void rechecked(Result result) override;

  daemonset::OwnedKind kind_;
  cache::Key key_;
  std::string uid_;  ///< empty: the request refers to a version, not to a UID
  Leaves leaves_;
  std::string_view failure_event_;  ///< the reason of the event after a failure; empty: there is none
  std::string refusal_;             ///< the API server's message, for people
};

}  // namespace everynode::sync
