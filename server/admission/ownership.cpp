#include "everynode/admission/ownership.hpp"

#include <algorithm>

namespace everynode::admission {

const objects::OwnerReference* controller_of(const objects::PodMetadata& metadata) {
  const auto found = std::ranges::find_if(metadata.owner_references, &objects::OwnerReference::controller);
  return found == metadata.owner_references.end() ? nullptr : &*found;
}

std::string_view group_of(std::string_view api_version) {
  const auto slash = api_version.find('/');
  return slash == std::string_view::npos ? std::string_view{} : api_version.substr(0, slash);
}

bool is_daemon_set(const objects::OwnerReference& owner, std::span<const GroupKind> further) {
  if (owner.kind == "DaemonSet") return true;
  return std::ranges::any_of(further, [&](const GroupKind& kind) {
    return kind.kind == owner.kind && (kind.group == "*" || kind.group == group_of(owner.api_version));
  });
}

}  // namespace everynode::admission
