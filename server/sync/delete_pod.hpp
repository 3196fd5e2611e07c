/// Deletes a pod, and remembers it if no answer says whether the API server did so.
#pragma once

#include <string>

#include "everynode/sync/batch.hpp"

namespace everynode::sync {

class DeletePod final : public WriteMachine {
 public:
  DeletePod(const Batch& batch, daemonset::DeletePod action);

 private:
  void take(Answer answer) override;
  void take_node(Answer answer);
  void rechecked(Result result) override;
  void failed(Problem problem);
  void announce_deletion();

  daemonset::DeletePod action_;
  cache::Key key_;
  kube::Request deletion_;
  bool looks_for_node_;
  std::string refusal_;  ///< the API server's message, for people
};

}  // namespace everynode::sync
