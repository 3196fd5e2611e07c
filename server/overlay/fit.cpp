#include "everynode/overlay/fit.hpp"

#include <algorithm>
#include <utility>

#include "changes.hpp"
#include "containers.hpp"
#include "everynode/codec/hash.hpp"
#include "everynode/codec/json_text.hpp"
#include "resolve.hpp"

namespace everynode::overlay {
namespace {

using Contributions = std::vector<Contribution>;

bool depends_on_node(const Amount& amount) {
  return amount.percent_of_allocatable || amount.per_pod;
}

/// Whether nobody can say what it gives a pod without the pod's node.
bool depends_on_node(const DaemonSetOverlay& overlay) {
  const auto of_node = [](const std::pair<Resource, Amount>& one) { return depends_on_node(one.second); };
  return overlay.nodes || std::ranges::any_of(overlay.containers, [&](const ContainerOverlay& container) {
           return std::ranges::any_of(container.requests, of_node) || std::ranges::any_of(container.limits, of_node) ||
                  std::ranges::any_of(container.env, [](const Variable& variable) {
                    return variable.source != Variable::Source::value;
                  });
         });
}

/// What each overlay that selects the pod gives it, or why it is left out.
void collect(const Catalog& catalog, const objects::Pod& pod, const Node* node, Fit& fit) {
  for (const DaemonSetOverlay& overlay : catalog.of(pod.metadata.namespace_)) {
    if (!matches(overlay.daemon_sets, pod.metadata.labels)) continue;
    if (node == nullptr && depends_on_node(overlay)) fit.lacks_node = true;
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

/// The amount that the container itself has; null: none.
const objects::AmountText* own_amount(const objects::Container& container, Part part, std::string_view name) {
  if (!container.resources) return nullptr;
  const auto& amounts = part == Part::request ? container.resources->requests : container.resources->limits;
  if (!amounts) return nullptr;
  const auto found = std::ranges::find(*amounts, name, &objects::ResourceAmounts::value_type::first);
  return found != amounts->end() ? &found->second : nullptr;
}

std::optional<Quantity> own_quantity(const objects::Container& container, Part part, std::string_view name) {
  const objects::AmountText* const own = own_amount(container, part, name);
  return own != nullptr ? parse_quantity(own->text) : std::nullopt;
}

/// Whether its own request is above its own limit. No template says so: another webhook has set the limit after an
/// overlay had set the request.
bool is_above_limit(const objects::Container& container, std::string_view name) {
  const auto request = own_quantity(container, Part::request, name);
  const auto limit = own_quantity(container, Part::limit, name);
  return request && limit && *request > *limit;
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
  const bool lowered = place.part == Part::request && is_above_limit(container, place.name);
  return {.quantity = own_quantity(container, lowered ? Part::limit : place.part, place.name), .from = std::nullopt};
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

bool gives(const Contributions& contributions, const Setting& place) {
  return std::ranges::any_of(contributions, [&](const Contribution& one) {
    return std::ranges::any_of(one.settings, [&](const Setting& setting) { return setting.same_place(place); });
  });
}

/// The API server would refuse the pod for such a request (requirement A14), and it may be ours.
void lower_requests(const objects::Pod& pod, Fit& fit) {
  if (fit.contributions.empty() && fit.refusals.empty()) return;
  const Containers containers(pod.spec);
  for (std::size_t i = 0; i < containers.size(); ++i) {
    for (const Resource resource : {Resource::cpu, Resource::memory, Resource::ephemeral_storage}) {
      const std::string name(name_of(resource));
      if (!is_above_limit(containers.at(i), name)) continue;
      if (gives(fit.contributions, {.part = Part::request, .container = i, .name = name})) continue;
      std::string json;
      codec::append_quoted(json, own_amount(containers.at(i), Part::limit, name)->text);
      fit.patch.push_back(
          codec::Operation::replace(containers.path_of(i) + "/resources/requests/" + name, std::move(json)));
    }
  }
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
  lower_requests(pod, fit);
  return fit;
}

}  // namespace everynode::overlay
