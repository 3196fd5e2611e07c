/// Adopts, releases, changes or deletes a pod or a revision that is there.
#pragma once

#include <optional>
#include <string>

#include "everynode/protocol/batch.hpp"

namespace everynode::protocol {

class ChangeOwned final : public WriteMachine {
 public:
  ChangeOwned(const Batch& batch, const core::Adopt& action);
  ChangeOwned(const Batch& batch, const core::Release& action);
  ChangeOwned(const Batch& batch, const core::RelabelPod& action);
  ChangeOwned(const Batch& batch, const core::ChangeRevision& action);
  ChangeOwned(const Batch& batch, const core::DeleteRevision& action);

 private:
  /// What a success leaves behind.
  enum class Leaves : std::uint8_t { object, nothing };

  ChangeOwned(core::OwnedKind kind, cache::Key key, std::string uid, Leaves leaves, kube::Request request);
  void take(Answer answer) override;

  core::OwnedKind kind_;
  cache::Key key_;
  std::string uid_;  ///< empty: the request names a version, not an object
  Leaves leaves_;
};

}  // namespace everynode::protocol
