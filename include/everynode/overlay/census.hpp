/// What has become of the overlays of one namespace, and the statuses that tell it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "everynode/objects/daemon_pod.hpp"
#include "everynode/overlay/audit.hpp"
#include "everynode/overlay/knowledge.hpp"

namespace everynode::overlay {

/// Counts DaemonSets and pods one by one. `known` must outlive it.
class Census {
 public:
  Census(const Known& known, std::string_view name_space);

  /// `labels`: those of its pod template.
  void add_daemon_set(const objects::Labels& labels);
  /// A daemon pod, and what the audit says of it.
  void add(const objects::DaemonPod& pod, const Audit& audit);

  /// The status of one of the namespace's overlays. Conditions keep the time since when they are what they are.
  [[nodiscard]] OverlayStatus status_of(const DaemonSetOverlay& overlay, objects::Time now) const;

 private:
  struct Count {
    std::int64_t daemon_sets = 0;
    std::int64_t pods = 0;
    std::int64_t outdated = 0;
    std::int64_t refused = 0;
    std::map<std::string, RefusalSummary, std::less<>> refusals;  ///< by reason

    void refuse(const std::string& reason, const std::string& pod);
  };

  [[nodiscard]] Count* find(std::string_view overlay);

  const Known& known_;
  std::string name_space_;
  std::map<std::string, Count, std::less<>> counts_;  ///< by overlay
};

/// The status of an overlay whose present version cannot be read. `told`: what its status says, as far as that is
/// known; `problem`: what is wrong, and where. All but the condition Accepted stays as it is told.
[[nodiscard]] OverlayStatus unreadable_status(OverlayStatus told, std::string_view problem, objects::Time now);

/// A JSON merge patch of the status subresource. It holds for whatever version of the overlay: nobody else writes it.
[[nodiscard]] std::string status_patch(const DaemonSetOverlay& overlay, const OverlayStatus& status);

}  // namespace everynode::overlay
