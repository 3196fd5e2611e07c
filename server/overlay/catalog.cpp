#include "everynode/overlay/catalog.hpp"

#include <algorithm>
#include <tuple>

namespace everynode::overlay {
namespace {

/// scheduling.k8s.io/v1: SystemCriticalPriority is twice the highest that users may define.
constexpr std::int64_t system_critical = 2'000'000'000;

std::tuple<std::string_view, std::int64_t, std::string_view> precedence(const DaemonSetOverlay& overlay) {
  return {overlay.namespace_, -overlay.priority, overlay.name};
}

}  // namespace

objects::ObjectMeta read(codec::JsonValue value, PriorityClass& out) {
  objects::ObjectMeta identity;
  const auto read_metadata = [&](codec::JsonValue metadata) {
    codec::read_fields(metadata, codec::field<"name">(identity.name), codec::field<"uid">(identity.uid),
                       codec::field<"resourceVersion">(identity.resource_version));
  };
  codec::read_fields(value, codec::visit<"metadata">(read_metadata), codec::field<"value">(out.value),
                     codec::field<"preemptionPolicy">(out.preemption_policy));
  if (value.reader.ok() && identity.name.empty()) value.fail("metadata.name is missing");
  return identity;
}

Catalog::Catalog(std::vector<DaemonSetOverlay> overlays, PriorityClasses classes)
    : overlays_(std::move(overlays)), classes_(std::move(classes)) {
  std::ranges::sort(overlays_, {}, precedence);
  classes_.insert_or_assign("system-cluster-critical", PriorityClass{.value = system_critical});
  classes_.insert_or_assign("system-node-critical", PriorityClass{.value = system_critical + 1000});
}

std::span<const DaemonSetOverlay> Catalog::of(std::string_view name_space) const {
  const auto found = std::ranges::equal_range(
      overlays_, name_space, {}, [](const DaemonSetOverlay& overlay) { return std::string_view(overlay.namespace_); });
  return {found.begin(), found.end()};
}

const PriorityClass* Catalog::priority_class(std::string_view name) const {
  const auto found = classes_.find(name);
  return found != classes_.end() ? &found->second : nullptr;
}

Catalog Catalog::part(std::string_view name_space, const std::function<bool(const DaemonSetOverlay&)>& wanted) const {
  std::vector<DaemonSetOverlay> overlays;
  PriorityClasses classes;
  for (const DaemonSetOverlay& one : of(name_space)) {
    if (!wanted(one)) continue;
    const PriorityClass* const its = priority_class(one.priority_class_name);
    if (its != nullptr) classes.emplace(one.priority_class_name, *its);
    overlays.push_back(one);
  }
  return Catalog(std::move(overlays), std::move(classes));
}

}  // namespace everynode::overlay
