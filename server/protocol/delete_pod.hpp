/// Deletes a pod, and remembers it if no answer tells whether that was done.
#pragma once

#include <string>

#include "everynode/protocol/batch.hpp"

namespace everynode::protocol {

class DeletePod final : public WriteMachine {
 public:
  DeletePod(const Batch& batch, core::DeletePod action);

 private:
  void take(Answer answer) override;
  void looked(Result result) override;
  void failed(Problem problem);
  void tell_why_it_goes();

  core::DeletePod action_;
  cache::Key key_;
  std::string refusal_;  ///< the API server's words, for people
};

}  // namespace everynode::protocol
