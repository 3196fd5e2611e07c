/// Adopts, releases, changes or deletes a pod or a revision that is there.
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
  /// What a success leaves behind.
  enum class Leaves : std::uint8_t { object, nothing };

  ChangeOwned(daemonset::OwnedKind kind, cache::Key key, std::string uid, Leaves leaves, kube::Request request);
  void take(Answer answer) override;
  void rechecked(Result result) override;

  daemonset::OwnedKind kind_;
  cache::Key key_;
  std::string uid_;  ///< empty: the request names a version, not an object
  Leaves leaves_;
  std::string_view failure_event_;  ///< the reason of the event if it fails; empty: there is none
  std::string refusal_;             ///< the API server's words, for people
};

}  // namespace everynode::sync
