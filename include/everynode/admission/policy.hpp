/// The cluster operator's settings for admission.
#pragma once

#include <memory>
#include <vector>

#include "everynode/admission/ownership.hpp"
#include "everynode/codec/texts.hpp"
#include "everynode/objects/toleration.hpp"

namespace everynode::admission {

/// Which pods get a toleration for `network-unavailable:NoSchedule`.
enum class NetworkUnavailable {
  always,        ///< every pod of a DaemonSet
  host_network,  ///< pods with hostNetwork, as the in-tree controller does (requirement 3.1)
  never,
};

struct Policy {
  NetworkUnavailable network_unavailable = NetworkUnavailable::always;
  objects::Tolerations tolerations;           ///< for every pod of a DaemonSet, beside the two that are built in
  std::vector<GroupKind> owner_kinds;         ///< kinds that count as a DaemonSet, beside `DaemonSet` of any group
  std::shared_ptr<const codec::Texts> texts;  ///< what the texts above refer to, unless they live for ever
};

/// The tolerations that a pod should have under this policy, in the order in which they are added.
[[nodiscard]] objects::Tolerations wanted_tolerations(const Policy& policy, bool host_network);

}  // namespace everynode::admission
