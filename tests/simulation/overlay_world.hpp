/// DaemonSetOverlays that users write and change, and the webhook that puts them into pods while it runs.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "everynode/overlay/audit.hpp"
#include "rng.hpp"
#include "simulated_api.hpp"

namespace everynode::simulation {

class OverlayWorld {
 public:
  OverlayWorld(SimulatedApi& api, Rng& rng, const objects::Time& now, std::function<void(const std::string&)> log);

  /// A user changes an overlay, or the webhook goes or comes.
  void surprise();
  /// The webhook runs from now on.
  void help();
  /// What admission makes of a pod's JSON.
  [[nodiscard]] std::string admit(const std::string& pod) const;
  /// Whether a pod of the DaemonSet has what its overlays give it now, and nothing else.
  [[nodiscard]] bool is_fitted(const objects::DaemonPod& pod, const objects::DaemonSet& daemon_set) const;

 private:
  void write(const std::string& name);
  void switch_webhook();
  [[nodiscard]] overlay::Known known() const;

  SimulatedApi& api_;
  Rng& rng_;
  const objects::Time& now_;
  std::function<void(const std::string&)> log_;
  bool webhook_runs_ = true;
  std::int64_t generations_ = 0;
};

}  // namespace everynode::simulation
