#include "everynode/objects/eligibility.hpp"

#include <algorithm>

namespace everynode::objects {

bool is_virtual(const Node& node) {
  return node.labels.get("type") == "virtual-kubelet" ||
         node.labels.get("eks.amazonaws.com/compute-type") == "fargate" ||
         std::ranges::find(node.taints, "virtual-kubelet.io/provider", &Taint::key) != node.taints.end();
}

Misfit switched_off(const DaemonSet& daemon_set, const Node& node) {
  if (node.exclude) {
    const Exclusion exclusion = read_exclusion(*node.exclude, daemon_set.namespace_, daemon_set.name);
    if (exclusion == Exclusion::not_understood) return Misfit::not_understood;
    if (exclusion == Exclusion::excluded) return Misfit::excluded;
  }
  if (daemon_set.switches.no_virtual_nodes && is_virtual(node)) return Misfit::virtual_node;
  if (daemon_set.switches.no_cordoned_nodes && node.unschedulable) return Misfit::cordoned;
  return Misfit::none;
}

Placement place(const DaemonSet& daemon_set, const Node& node) {
  Placement placement = place(daemon_set.pod_template.rules, node);
  const Misfit off = node.readable ? switched_off(daemon_set, node) : Misfit::none;
  if (off == Misfit::none) return placement;
  if (off == Misfit::not_understood) {
    placement.held = true;
  } else if (off == Misfit::cordoned) {
    if (placement.should_run) placement = {.should_run = false, .should_continue = true, .misfit = off, .held = true};
  } else if (placement.should_continue) {
    placement = {.misfit = off};
  }
  return placement;
}

std::string explain_switch(Misfit off, const Node& node) {
  switch (off) {
    case Misfit::excluded:
      return "the node excludes it (annotation everynode.dev/exclude)";
    case Misfit::virtual_node:
      return "the node is virtual (annotation everynode.dev/placement: no-virtual-nodes)";
    case Misfit::cordoned:
      return "the node is cordoned (annotation everynode.dev/placement: no-cordoned-nodes)";
    case Misfit::not_understood:
      return "the node's " + mistake_in_exclusion(node.exclude.value_or(std::string{}));
    default:
      return {};
  }
}

}  // namespace everynode::objects
