#include "everynode/kube/continuity.hpp"

#include "everynode/kube/resource_version.hpp"

namespace everynode::kube {

const Witness& newer(const Witness& a, const Witness& b) {
  if (a.empty()) return b;
  const auto order = kube::compare_resource_versions(a.resource_version, b.resource_version);
  return order && *order < 0 ? b : a;
}

Continuity continuity(const Witness& witness, std::string_view list, std::optional<std::string_view> found) {
  if (went_back(witness.resource_version, list)) return Continuity::broken;
  if (found && went_back(witness.resource_version, *found)) return Continuity::broken;
  if (witness.empty() || witness.deleted) return Continuity::proven;
  return found == witness.resource_version ? Continuity::proven : Continuity::uncertain;
}

bool went_back(std::string_view known, std::string_view read) {
  const auto order = kube::compare_resource_versions(read, known);
  return order && *order < 0;
}

}  // namespace everynode::kube
