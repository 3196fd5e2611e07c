/// Records a template as a revision, or counts a collision if another of the same hash has its name.
#pragma once

#include <memory>

#include "everynode/protocol/batch.hpp"

namespace everynode::protocol {

class CreateRevision final : public WriteMachine {
 public:
  CreateRevision(std::shared_ptr<Batch> batch, core::CreateRevision action);

 private:
  enum class Step : std::uint8_t {
    create,
    look,     ///< who has the name?
    inspect,  ///< has the collision been counted already?
    count,
  };

  void take(Answer answer) override;
  void created(Answer answer);
  void look_at(core::ControllerRevision existing);
  void inspect(const core::DaemonSet& live);

  std::shared_ptr<Batch> batch_;
  core::CreateRevision action_;
  Step step_ = Step::create;
};

}  // namespace everynode::protocol
