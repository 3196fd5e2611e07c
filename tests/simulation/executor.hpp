/// Carries out the actions of one plan, and tells the store what came of them.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "everynode/core/manage.hpp"
#include "everynode/core/status.hpp"
#include "everynode/core/template.hpp"
#include "simulated_controller.hpp"

namespace everynode::simulation {

class Executor {
 public:
  Executor(SimulatedController& controller, const core::DaemonSet& set, std::string hash,
           const core::Snapshot& snapshot);

  /// False: it has to be planned again, and later.
  bool execute(const core::Action& action) { return std::visit(*this, action); }

  bool operator()(const core::Adopt& action);
  bool operator()(const core::Release& action);
  bool operator()(const core::CreatePod& action);
  bool operator()(const core::DeletePod& action);
  bool operator()(const core::RelabelPod& action);
  bool operator()(const core::CreateRevision& action);
  bool operator()(const core::ChangeRevision& action);
  bool operator()(const core::DeleteRevision& action);

 private:
  /// daemonset-controller.md 8.3.
  bool may_adopt();
  /// A pod that has the name already: true if it is the one that an earlier attempt made.
  bool is_ours(const core::DaemonPod& pod, const std::string& node) const;
  bool collide();
  template <class T>
  void put(Answer<T>& answer);
  [[nodiscard]] cache::Store& store() { return *controller_.store_; }
  [[nodiscard]] SimulatedApi& api() { return controller_.api_; }

  SimulatedController& controller_;
  const core::DaemonSet& set_;
  std::string hash_;
  std::set<std::string> planned_with_;  ///< UIDs of the pods that the plan knew
  std::optional<bool> may_adopt_;
};

}  // namespace everynode::simulation
