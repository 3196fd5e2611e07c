#include "everynode/admission/policy.hpp"

namespace everynode::admission {

objects::Tolerations wanted_tolerations(const Policy& policy, bool host_network) {
  objects::Tolerations wanted;
  wanted.reserve(2 + policy.tolerations.size());
  wanted.push_back(objects::tolerates_unschedulable());
  const bool network_unavailable = policy.network_unavailable == NetworkUnavailable::always ||
                                   (policy.network_unavailable == NetworkUnavailable::host_network && host_network);
  if (network_unavailable) wanted.push_back(objects::tolerates_network_unavailable());
  wanted.insert(wanted.end(), policy.tolerations.begin(), policy.tolerations.end());
  return wanted;
}

}  // namespace everynode::admission
