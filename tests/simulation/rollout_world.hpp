/// Nodes that fail and recover, images that are bad, users who roll them out by a RolloutPolicy, and a GitOps tool that
/// puts back what a rollback has taken away.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "overlay_world.hpp"
#include "rng.hpp"
#include "simulated_api.hpp"

namespace everynode::simulation {

/// What an image does on the nodes where it is bad.
enum class Image : std::uint8_t {
  good,
  silent,   ///< never becomes ready
  crashes,  ///< again and again, in the same pod
  fails,    ///< the pod is over
  kills,    ///< its node
};

/// DaemonSet default/agent, RolloutPolicy default/policy that serves it, and their nodes.
class RolloutWorld {
 public:
  /// `on_delete`: as the in-tree controller needs it beside a companion.
  RolloutWorld(SimulatedApi& api, Rng& rng, const objects::Time& now, bool on_delete,
               std::function<void(const std::string&)> log);

  /// A user, a node or an image does something.
  void surprise();
  /// A kubelet does some of its work.
  void work();
  /// The kubelets do all of their work. True if there was any.
  bool settle();
  /// A user promotes the wave that is on hold. False: none is.
  bool promote();
  /// The users and the nodes do all that a rollout may wait for.
  void help();

  [[nodiscard]] bool has_overlays() const { return overlays_.has_value(); }
  /// Whether the pod has what its overlays give it now.
  [[nodiscard]] bool is_fitted(const objects::DaemonPod& pod) const {
    return !overlays_ || overlays_->is_fitted(pod, daemon_set());
  }
  [[nodiscard]] const objects::DaemonSet& daemon_set() const { return *api_.daemon_sets.find("agent"); }
  [[nodiscard]] const objects::RolloutPolicy& policy() const { return *api_.policies.find("policy"); }

 private:
  struct Version {
    Image image = Image::good;
    bool everywhere = false;
  };

  void add_node();
  void change_health(objects::Node node);
  void change_absence(objects::Node node);
  void set_ready(objects::Node node, bool ready);
  void resize(objects::Node node);
  void update();
  void change_template(bool good);
  [[nodiscard]] bool was_rolled_back() const;
  void put_back();
  void retry();
  void change_policy();
  void pause(bool paused);
  void open_a_window();
  void repair();
  void delete_pod();
  bool run(const objects::DaemonPod& found);
  bool start_container(objects::DaemonPod pod, const objects::Node& node);
  [[nodiscard]] Image image_of(const objects::DaemonPod& pod) const;
  void make_rules(objects::RolloutPolicy& policy);
  void make_waves(objects::RolloutPolicy& policy);
  void make_windows(objects::RolloutPolicy& policy);
  [[nodiscard]] objects::Time second() const { return std::chrono::floor<std::chrono::seconds>(now_); }

  SimulatedApi& api_;
  Rng& rng_;
  const objects::Time& now_;
  std::function<void(const std::string&)> log_;
  bool updates_;  ///< one update after the other, under policies that roll back, while little else happens
  std::map<std::string, Version, std::less<>> versions_;  ///< by the label of their pods
  std::string wanted_ = "0";                              ///< the version that users rolled out last
  bool helped_ = false;
  std::optional<OverlayWorld> overlays_;
};

}  // namespace everynode::simulation
