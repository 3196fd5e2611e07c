#include "everynode/overlay/audit.hpp"

#include <algorithm>
#include <utility>

#include "everynode/objects/decode.hpp"

namespace everynode::overlay {
namespace {

using Entry = std::pair<std::string_view, std::string_view>;
using ViewedContainers = std::optional<std::vector<objects::Container>>;

std::optional<objects::ResourceAmounts> viewed(const objects::AdmittedContainer::Amounts& amounts) {
  if (amounts.empty()) return std::nullopt;
  objects::ResourceAmounts out;
  for (const auto& [name, text] : amounts) out.emplace_back(name, objects::AmountText{text});
  return out;
}

ViewedContainers viewed(const std::vector<objects::AdmittedContainer>& containers) {
  ViewedContainers out(std::in_place);
  for (const objects::AdmittedContainer& one : containers) {
    objects::Container& container = out->emplace_back();
    container.name = one.name;
    container.resources = objects::Resources{.limits = viewed(one.limits), .requests = viewed(one.requests)};
  }
  return out;
}

void default_requests(ViewedContainers& containers) {
  if (!containers) return;
  for (objects::Container& container : *containers) {
    if (!container.resources || !container.resources->limits) continue;
    auto& requests = container.resources->requests;
    for (const auto& limit : *container.resources->limits) {
      if (!requests) requests.emplace();
      const auto there = std::ranges::find(*requests, limit.first, &objects::ResourceAmounts::value_type::first);
      if (there == requests->end()) requests->push_back(limit);
    }
  }
}

/// Whether the pod shows that Everynode has seen it: its webhook, or the reconciler that made it.
bool has_trace(const objects::DaemonPod& pod) {
  const objects::Admitted& admitted = *pod.admitted;
  return !admitted.overlays.empty() || !admitted.refused.empty() || !admitted.node.empty() || pod.creator.empty();
}

/// Whether an overlay of the stamp was there when the pod was created.
bool was_there(const Known& known, std::string_view stamp, const objects::DaemonPod& pod) {
  const std::vector<Entry> wanted = entries_of(stamp);
  return std::ranges::any_of(known.catalog.of(pod.namespace_), [&](const DaemonSetOverlay& one) {
    return one.created <= pod.created && std::ranges::find(wanted, one.name, &Entry::first) != wanted.end();
  });
}

std::string_view hash_in(const std::vector<Entry>& entries, std::string_view name) {
  const auto found = std::ranges::find(entries, name, &Entry::first);
  return found == entries.end() ? std::string_view{} : found->second;
}

bool was_changed_since(const Known& known, const objects::DaemonPod& pod, std::string_view wanted) {
  const std::vector<Entry> is = entries_of(pod.admitted->overlays);
  const std::vector<Entry> should = entries_of(wanted);
  return std::ranges::any_of(known.catalog.of(pod.namespace_), [&](const DaemonSetOverlay& one) {
    return one.changed >= pod.created && hash_in(is, one.name) != hash_in(should, one.name);
  });
}

}  // namespace

void default_requests(objects::Pod& pod) {
  default_requests(pod.spec.init_containers);
  default_requests(pod.spec.containers);
}

const objects::Pod& TemplatePod::beside(const objects::DaemonPod& pod) {
  if (!document_) {
    const auto read_all = [&](codec::JsonValue root) { objects::read(root, pod_, objects::PodParts::all); };
    if (!document_.emplace().read(json_, read_all)) pod_ = {};
    default_requests(pod_);
  }
  pod_.metadata.namespace_ = pod.namespace_;
  pod_.metadata.labels = pod.labels;
  return pod_;
}

objects::Pod as_admitted(const objects::DaemonPod& pod) {
  objects::Pod out;
  out.metadata.name = pod.name;
  out.metadata.namespace_ = pod.namespace_;
  out.metadata.labels = pod.labels;
  out.spec.node_name = pod.target_node;
  if (!pod.admitted) return out;
  out.metadata.annotations.emplace().overlays = pod.admitted->overlays;
  out.spec.init_containers = viewed(pod.admitted->init_containers);
  out.spec.containers = viewed(pod.admitted->containers);
  out.spec.own_resources = pod.admitted->own_resources;
  return out;
}

Audit audit(const Known& known, const objects::DaemonPod& pod, TemplatePod& made_from) {
  Audit audit;
  if (!pod.admitted) {
    audit.drift = objects::Drift::unknown;
    return audit;
  }
  const std::string& stamp = pod.admitted->overlays;
  const Node* const node = known.nodes.find(pod.target_node);
  audit.wanted = stamp;
  if (node == nullptr || (stamp.empty() && known.catalog.of(pod.namespace_).empty())) return audit;
  Fit now = fit(known.catalog, as_admitted(pod), node);
  audit.refusals = std::move(now.refusals);
  if (say_the_same(now.stamp, stamp)) return audit;
  const objects::Pod& made = made_from.beside(pod);
  Fit anew = fit(known.catalog, made, node);
  const bool refused = !anew.stamp.empty() && anew.stamp == pod.admitted->refused;
  audit.refusals = std::move(anew.refusals);
  // Admission never takes an entry out of a stamp, one that the template has included.
  if (made.metadata.annotations) anew.stamp = stamp_beside(made.metadata.annotations->overlays, anew.stamp);
  if (refused || say_the_same(anew.stamp, stamp)) return audit;
  const bool failed_open = !has_trace(pod) && was_there(known, anew.stamp, pod);
  audit.drift = failed_open ? objects::Drift::unmutated : objects::Drift::outdated;
  audit.overtaken = was_changed_since(known, pod, anew.stamp);
  audit.wanted = std::move(anew.stamp);
  return audit;
}

std::string difference(std::string_view stamp, std::string_view wanted) {
  const std::vector<Entry> is = entries_of(stamp);
  const std::vector<Entry> should = entries_of(wanted);
  std::string text;
  const auto say = [&](std::string_view name, std::string_view what) {
    text.append(text.empty() ? "" : "; ").append("overlay ").append(name).append(what);
  };
  for (const auto& [name, hash] : should) {
    const std::string_view known = hash_in(is, name);
    if (known.empty()) say(name, " is not in it");
    if (!known.empty() && known != hash) say(name, " gives something else now");
  }
  for (const auto& [name, hash] : is) {
    if (hash_in(should, name).empty()) say(name, " gives it nothing any more");
  }
  return text;
}

}  // namespace everynode::overlay
