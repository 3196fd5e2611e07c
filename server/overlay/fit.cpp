#include "everynode/overlay/fit.hpp"

#include <algorithm>
#include <utility>

#include "changes.hpp"
#include "containers.hpp"
#include "everynode/codec/hash.hpp"
#include "resolve.hpp"

namespace everynode::overlay {
namespace {

using Contributions = std::vector<Contribution>;

/// What each overlay that selects the pod gives it, or why it is left out.
void collect(const Catalog& catalog, const objects::Pod& pod, const Node* node, Fit& fit) {
  for (const DaemonSetOverlay& overlay : catalog.of(pod.metadata.namespace_)) {
    if (!matches(overlay.daemon_sets, pod.metadata.labels)) continue;
    if (overlay.nodes && node == nullptr) {
      fit.refusals.push_back(
          {.overlay = overlay.name, .reason = "it is for some nodes only, and the pod's node is not known"});
      continue;
    }
    if (overlay.nodes && !matches(*overlay.nodes, node->labels)) continue;
    auto settings = resolve(overlay, catalog, pod, node);
    if (settings) fit.contributions.push_back({.overlay = &overlay, .settings = std::move(*settings)});
    if (!settings) fit.refusals.push_back({.overlay = overlay.name, .reason = std::move(settings.error())});
  }
}

/// An amount that a container would have, and which contribution it is from.
struct Effective {
  std::optional<Quantity> quantity;
  std::optional<std::size_t> from;  ///< nullopt: the pod's own
};

Effective effective(const Contributions& contributions, const Setting& place, const objects::Container& container) {
  for (std::size_t i = 0; i < contributions.size(); ++i) {
    for (const Setting& setting : contributions[i].settings) {
      if (setting.same_place(place)) return {.quantity = setting.quantity, .from = i};
    }
  }
  if (!container.resources) return {};
  const auto& own = place.part == Part::request ? container.resources->requests : container.resources->limits;
  if (!own) return {};
  const auto found = std::ranges::find(*own, place.name, &objects::ResourceAmounts::value_type::first);
  if (found == own->end()) return {};
  return {.quantity = parse_quantity(found->second.text), .from = std::nullopt};
}

/// A request above its limit, and which contribution is to blame: of two the one that loses.
struct Conflict {
  std::size_t contribution = 0;
  std::string reason;
};

std::optional<Conflict> conflict_at(const Contributions& contributions, const Setting& place, const objects::Pod& pod) {
  const objects::Container& container = Containers(pod.spec).at(place.container);
  Setting request{.part = Part::request, .container = place.container, .name = place.name};
  Setting limit{.part = Part::limit, .container = place.container, .name = place.name};
  const Effective wanted = effective(contributions, request, container);
  const Effective most = effective(contributions, limit, container);
  if (!wanted.quantity || !most.quantity || *wanted.quantity <= *most.quantity) return std::nullopt;
  return Conflict{.contribution = std::max(wanted.from.value_or(0), most.from.value_or(0)),
                  .reason = place_of(request, pod) + " would be " + to_text(*wanted.quantity) +
                            ", above its limit of " + to_text(*most.quantity)};
}

std::optional<Conflict> first_conflict(const Contributions& contributions, const objects::Pod& pod) {
  for (const Contribution& contribution : contributions) {
    for (const Setting& setting : contribution.settings) {
      if (setting.part != Part::request && setting.part != Part::limit) continue;
      if (auto conflict = conflict_at(contributions, setting, pod)) return conflict;
    }
  }
  return std::nullopt;
}

/// Leaves out overlays until no request is above its limit.
void settle(const objects::Pod& pod, Fit& fit) {
  while (auto conflict = first_conflict(fit.contributions, pod)) {
    const auto loser = fit.contributions.begin() + static_cast<std::ptrdiff_t>(conflict->contribution);
    fit.refusals.push_back({.overlay = loser->overlay->name, .reason = std::move(conflict->reason)});
    fit.contributions.erase(loser);
  }
}

std::string tie_between(const DaemonSetOverlay& winner, const DaemonSetOverlay& loser, const std::string& place) {
  return "overlays " + winner.name + " and " + loser.name + " have the priority " + std::to_string(winner.priority) +
         " and want different things of " + place + "; " + winner.name + " wins, the first by name";
}

/// Takes from each overlay what one that wins has set.
void drop_losing(const objects::Pod& pod, Fit& fit) {
  for (std::size_t i = 1; i < fit.contributions.size(); ++i) {
    Contribution& loser = fit.contributions[i];
    std::erase_if(loser.settings, [&](const Setting& setting) {
      for (std::size_t before = 0; before < i; ++before) {
        const Contribution& winner = fit.contributions[before];
        const auto taken =
            std::ranges::find_if(winner.settings, [&](const Setting& one) { return one.same_place(setting); });
        if (taken == winner.settings.end()) continue;
        const bool tie = winner.overlay->priority == loser.overlay->priority && taken->json != setting.json;
        if (tie) fit.ties.push_back(tie_between(*winner.overlay, *loser.overlay, place_of(setting, pod)));
        return true;
      }
      return false;
    });
  }
  std::erase_if(fit.contributions, [](const Contribution& one) { return one.settings.empty(); });
}

std::string stamp_of(const Contributions& contributions, const objects::Pod& pod) {
  constexpr std::size_t hash_length = 10;
  std::string stamp;
  for (const Contribution& contribution : contributions) {
    std::uint64_t hash = codec::fnv1a("");
    for (const Setting& setting : contribution.settings) {
      hash = codec::fnv1a(place_of(setting, pod) + "=" + setting.json + "\n", hash);
    }
    if (!stamp.empty()) stamp += ',';
    stamp += contribution.overlay->name + "@" + codec::name_suffix(hash, hash_length);
  }
  return stamp;
}

}  // namespace

std::string place_of(const Setting& setting, const objects::Pod& pod) {
  if (setting.part == Part::priority_class) return "priorityClassName";
  const Containers containers(pod.spec);
  const std::string container = std::string(containers.list_of(setting.container)) + "[" +
                                std::string(containers.at(setting.container).name) + "]";
  switch (setting.part) {
    case Part::image:
      return container + ".image";
    case Part::args:
      return container + ".args";
    case Part::env:
      return container + ".env[" + setting.name + "]";
    case Part::limit:
      return container + ".resources.limits." + setting.name;
    case Part::request:
      return container + ".resources.requests." + setting.name;
    case Part::priority_class:
      break;
  }
  return container;
}

Fit fit(const Catalog& catalog, const objects::Pod& pod, const Node* node) {
  Fit fit;
  collect(catalog, pod, node, fit);
  settle(pod, fit);
  drop_losing(pod, fit);
  fit.patch = changes(catalog, pod, fit.contributions);
  fit.stamp = stamp_of(fit.contributions, pod);
  return fit;
}

}  // namespace everynode::overlay
