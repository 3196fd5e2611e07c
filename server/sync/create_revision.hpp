/// Records a template as a revision, or counts a collision if another revision with the same hash has its name.
#pragma once

#include <memory>

#include "everynode/sync/batch.hpp"

namespace everynode::sync {

class CreateRevision final : public WriteMachine {
 public:
  CreateRevision(std::shared_ptr<Batch> batch, daemonset::CreateRevision action);

 private:
  enum class Step : std::uint8_t {
    create,
    recheck,  ///< which revision has the name?
    inspect,  ///< was the collision counted already?
    count,
  };

  void take(Answer answer) override;
  void created(Answer answer);
  void compare(objects::ControllerRevision existing);
  void inspect(const objects::DaemonSet& live);

  std::shared_ptr<Batch> batch_;
  daemonset::CreateRevision action_;
  Step step_ = Step::create;
};

}  // namespace everynode::sync
