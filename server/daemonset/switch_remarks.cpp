#include "everynode/daemonset/switch_remarks.hpp"

#include "everynode/codec/printable.hpp"

namespace everynode::daemonset {
namespace {

SwitchRemark not_understood(const std::string& mistake, std::string_view what) {
  return {.reason = "SwitchNotUnderstood",
          .text = codec::printable(mistake) + ": until it is corrected, no pod " + std::string(what) +
                  " is created, replaced or deleted"};
}

SwitchRemark not_obeyed(std::string_view annotations) {
  return {.reason = "SwitchNotObeyed",
          .text = std::string(annotations) +
                  " has no effect: another controller places the pods, and only everynode reconciler --mode takeover "
                  "obeys it"};
}

}  // namespace

std::optional<SwitchRemark> remark_on(const objects::DaemonSet& daemon_set, bool obeyed) {
  const objects::Switches& switches = daemon_set.switches;
  if (!switches.any() && !switches.startup_mistake.empty()) {
    return SwitchRemark{.reason = "SwitchNotUnderstood",
                        .text = codec::printable(switches.startup_mistake) + ": new nodes do not wait for its pods"};
  }
  if (!switches.any()) return std::nullopt;
  if (!obeyed) {
    const bool suspend = daemon_set.annotations.find(objects::suspend_annotation) != nullptr;
    const bool placement = daemon_set.annotations.find(objects::placement_annotation) != nullptr;
    std::string names(suspend ? objects::suspend_annotation : std::string_view{});
    if (suspend && placement) names += " and ";
    if (placement) names += objects::placement_annotation;
    return not_obeyed("annotation " + names);
  }
  if (!switches.mistake.empty()) return not_understood(switches.mistake, "of it");
  if (!switches.suspended) return std::nullopt;
  return SwitchRemark{.warning = false,
                      .reason = "Suspended",
                      .text = "annotation everynode.dev/suspend is true: no pod is created, replaced or deleted"};
}

std::optional<SwitchRemark> remark_on(const objects::Node& node, bool obeyed) {
  if (!node.exclude) return std::nullopt;
  if (!obeyed) return not_obeyed("annotation everynode.dev/exclude of node " + node.name);
  const std::string mistake = objects::mistake_in_exclusion(*node.exclude);
  if (mistake.empty()) return std::nullopt;
  return not_understood("node " + node.name + ": " + mistake, "of a DaemonSet there");
}

}  // namespace everynode::daemonset
