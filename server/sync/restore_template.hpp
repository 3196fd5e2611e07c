/// Puts an older template back into the DaemonSet, if nobody has changed it since.
#pragma once

#include <memory>

#include "everynode/sync/batch.hpp"

namespace everynode::sync {

class RestoreTemplate final : public WriteMachine {
 public:
  RestoreTemplate(std::shared_ptr<Batch> batch, daemonset::RestoreTemplate action);

 private:
  void take(Answer answer) override;
  void fail(Problem problem);

  std::shared_ptr<Batch> batch_;
  daemonset::RestoreTemplate action_;
};

}  // namespace everynode::sync
