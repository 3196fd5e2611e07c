#include "everynode/overlay/fit.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "changes.hpp"
#include "containers.hpp"
#include "everynode/codec/hash.hpp"
#include "everynode/codec/json_text.hpp"
#include "everynode/overlay/stamp.hpp"
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
    if (!settings) fit.refusals.push_back(std::move(settings.error()));
  }
}

/// The amount that the container itself has.
std::optional<Quantity> own_quantity(const objects::Container& container, Part part, std::string_view name) {
  if (!container.resources) return std::nullopt;
  const auto& amounts = part == Part::request ? container.resources->requests : container.resources->limits;
  if (!amounts) return std::nullopt;
  const auto found = std::ranges::find(*amounts, name, &objects::ResourceAmounts::value_type::first);
  return found != amounts->end() ? parse_quantity(found->second.text) : std::nullopt;
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
  return {.quantity = own_quantity(container, place.part, place.name), .from = std::nullopt};
}

/// The request and the limit that an overlay has to do with, where the request is above the limit.
struct Excess {
  Setting place;  ///< the request's
  Effective wanted;
  Effective most;

  /// Which contribution is to blame: of two the one that loses.
  [[nodiscard]] std::size_t loser() const { return std::max(wanted.from.value_or(0), most.from.value_or(0)); }
};

std::optional<Excess> excess_at(const Contributions& contributions, const Setting& place, const objects::Pod& pod) {
  const objects::Container& container = Containers(pod.spec).at(place.container);
  const Setting limit{.part = Part::limit, .container = place.container, .name = place.name};
  Excess excess{.place = {.part = Part::request, .container = place.container, .name = place.name},
                .wanted = {},
                .most = effective(contributions, limit, container)};
  excess.wanted = effective(contributions, excess.place, container);
  if (!excess.wanted.quantity || !excess.most.quantity || *excess.wanted.quantity <= *excess.most.quantity)
    return std::nullopt;
  return excess;
}

using IsMeant = std::function<bool(const Contribution& loser)>;

std::optional<Excess> first_excess(const Contributions& contributions, const objects::Pod& pod, const IsMeant& meant) {
  for (const Contribution& contribution : contributions) {
    for (const Setting& setting : contribution.settings) {
      if (setting.part != Part::request && setting.part != Part::limit) continue;
      auto excess = excess_at(contributions, setting, pod);
      if (excess && meant(contributions[excess->loser()])) return excess;
    }
  }
  return std::nullopt;
}

/// Whether the pod says that the overlay is in it already, in whatever version.
bool is_in(const objects::Pod& pod, const Contribution& one) {
  if (!pod.metadata.annotations) return false;
  const auto there = entries_of(pod.metadata.annotations->overlays);
  return std::ranges::any_of(there, [&](const auto& entry) { return entry.first == one.overlay->name; });
}

/// Leaves out overlays until no request is above its limit. One that is in the pod stays: nobody can take out again
/// what it has replaced, and half an overlay is what nobody wrote.
void settle(const objects::Pod& pod, Fit& fit) {
  const auto not_in_it = [&](const Contribution& one) { return !is_in(pod, one); };
  while (auto excess = first_excess(fit.contributions, pod, not_in_it)) {
    const auto loser = fit.contributions.begin() + static_cast<std::ptrdiff_t>(excess->loser());
    fit.refusals.push_back({.overlay = loser->overlay->name,
                            .reason = place_of(excess->place, pod) + " would be " + to_text(*excess->wanted.quantity) +
                                      ", above its limit of " + to_text(*excess->most.quantity)});
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

/// The API server would refuse the pod for a request above its limit (requirement A14). An overlay that is in the pod
/// asks for no more than the limit that another webhook has set, or that it has set below another one's request.
void lower_requests(const objects::Pod& pod, Fit& fit) {
  const auto any = [](const Contribution&) { return true; };
  while (auto excess = first_excess(fit.contributions, pod, any)) {
    const std::string limit = to_text(*excess->most.quantity);
    Contribution& from = fit.contributions[excess->wanted.from.value_or(excess->loser())];
    fit.lowered.push_back(place_of(excess->place, pod) + " is " + limit + ", its limit, and not " +
                          to_text(*excess->wanted.quantity) + "; overlay " + from.overlay->name +
                          " was in the pod before");
    std::string json;
    codec::append_quoted(json, limit);
    auto lowered =
        std::ranges::find_if(from.settings, [&](const Setting& one) { return one.same_place(excess->place); });
    if (lowered == from.settings.end()) lowered = from.settings.insert(lowered, excess->place);
    lowered->json = std::move(json);
    lowered->quantity = *excess->most.quantity;
    lowered->amount = nullptr;
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
  fit.stamp = stamp_of(fit.contributions, pod);
  lower_requests(pod, fit);
  fit.patch = changes(catalog, pod, fit.contributions);
  return fit;
}

}  // namespace everynode::overlay
