#include "everynode/objects/placement.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "everynode/objects/validation.hpp"

namespace everynode::objects {
namespace {

/// Of the taints that the node lifecycle controller sets by the condition Ready.
bool says_not_ready(const Taint& taint) {
  return taint.key == "node.kubernetes.io/not-ready" || taint.key == "node.kubernetes.io/unreachable";
}

std::optional<std::int64_t> integer(std::string_view text) {
  std::int64_t value = 0;
  const char* const begin = text.starts_with('+') ? text.data() + 1 : text.data();
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc{} || stop != end || begin == end) return std::nullopt;
  return value;
}

/// Requirement 2.6: older API servers accepted requirements that today's validation refuses.
bool is_valid(const NodeSelectorRequirement& requirement) {
  if (!is_label_key(requirement.key)) return false;
  if (!std::ranges::all_of(requirement.values, is_label_value)) return false;
  const std::size_t count = requirement.values.size();
  if (requirement.op == "In" || requirement.op == "NotIn") return count > 0;
  if (requirement.op == "Exists" || requirement.op == "DoesNotExist") return count == 0;
  if (requirement.op == "Gt" || requirement.op == "Lt") return count == 1 && integer(requirement.values.front());
  return false;
}

bool expression_matches(const NodeSelectorRequirement& requirement, const Labels& labels) {
  if (!is_valid(requirement)) return false;
  const std::string* label = labels.find(requirement.key);
  if (requirement.op == "Exists") return label != nullptr;
  if (requirement.op == "DoesNotExist") return label == nullptr;
  const bool listed = label != nullptr && std::ranges::find(requirement.values, *label) != requirement.values.end();
  if (requirement.op == "In") return listed;
  if (requirement.op == "NotIn") return !listed;
  const auto have = label == nullptr ? std::nullopt : integer(*label);
  const auto limit = integer(requirement.values.front());
  return have && (requirement.op == "Gt" ? *have > *limit : *have < *limit);
}

/// Requirement 2.7: any field but metadata.name reads as empty.
bool field_matches(const NodeSelectorRequirement& requirement, const Node& node) {
  if (requirement.values.size() != 1 || (requirement.op != "In" && requirement.op != "NotIn")) return false;
  const std::string_view have = requirement.key == metadata_name ? std::string_view(node.name) : std::string_view{};
  return (requirement.values.front() == have) == (requirement.op == "In");
}

bool term_matches(const NodeSelectorTerm& term, const Node& node) {
  if (term.matches_nothing()) return false;
  const auto expression = [&](const auto& requirement) { return expression_matches(requirement, node.labels); };
  const auto field = [&](const auto& requirement) { return field_matches(requirement, node); };
  return (!term.match_expressions || std::ranges::all_of(*term.match_expressions, expression)) &&
         (!term.match_fields || std::ranges::all_of(*term.match_fields, field));
}

bool selected(const SchedulingRules& rules, const Node& node) {
  return std::ranges::all_of(rules.node_selector, [&](const auto& wanted) {
    const std::string* label = node.labels.find(wanted.first);
    return label != nullptr && *label == wanted.second;
  });
}

bool tolerated(const SchedulingRules& rules, const Taint& taint) {
  return std::ranges::any_of(rules.tolerations,
                             [&](const Toleration& toleration) { return tolerates(toleration, taint); });
}

/// Only taints with these effects matter for daemon pods (requirement 2.3).
bool repels(const Taint& taint) {
  return taint.effect == "NoSchedule" || taint.effect == "NoExecute";
}

Misfit misfit_of(const SchedulingRules& rules, const Node& node) {
  if (!rules.node_name.empty() && rules.node_name != node.name) return Misfit::node_name;
  if (!selected(rules, node)) return Misfit::node_selector;
  if (rules.required && !matches(*rules.required, node)) return Misfit::node_affinity;
  return Misfit::none;
}

Toleration exists(std::string_view key, std::string_view effect) {
  return {.key = key, .op = "Exists", .value = {}, .effect = effect, .toleration_seconds = {}};
}

void merge(Tolerations& tolerations, const Toleration& wanted) {
  bool found = false;
  for (Toleration& toleration : tolerations) {
    if (!same(toleration, wanted)) continue;
    toleration = wanted;
    found = true;
  }
  if (!found) tolerations.push_back(wanted);
}

}  // namespace

bool matches(const NodeSelector& selector, const Node& node) {
  return selector.terms &&
         std::ranges::any_of(*selector.terms, [&](const auto& term) { return term_matches(term, node); });
}

Placement place(const SchedulingRules& rules, const Node& node) {
  if (!node.readable) return {.should_run = false, .should_continue = true};
  if (const Misfit misfit = misfit_of(rules, node); misfit != Misfit::none) return {.misfit = misfit};
  Placement placement{.should_run = true, .should_continue = true};
  for (const Taint& taint : node.taints) {
    if (!repels(taint) || tolerated(rules, taint)) continue;
    placement.should_run = false;
    placement.misfit = Misfit::taint;
    if (taint.effect == "NoExecute") placement.should_continue = false;
  }
  return placement;
}

std::string explain_misfit(const SchedulingRules& rules, const Node& node) {
  switch (misfit_of(rules, node)) {
    case Misfit::node_name:
      return "the template's nodeName is " + std::string(rules.node_name);
    case Misfit::node_selector:
      for (const auto& [key, value] : rules.node_selector) {
        const std::string* label = node.labels.find(key);
        if (label != nullptr && *label == value) continue;
        return "nodeSelector wants the label " + std::string(key) + "=" + std::string(value) + ", the node has " +
               (label == nullptr ? "none of that key" : std::string(key) + "=" + *label);
      }
      return {};
    case Misfit::node_affinity:
      return "no term of the required nodeAffinity matches the node";
    default:
      break;
  }
  std::string untolerated;
  bool unready = false;
  for (const Taint& taint : node.taints) {
    if (!repels(taint) || tolerated(rules, taint)) continue;
    untolerated += (untolerated.empty() ? "" : ", ") + to_text(taint);
    unready = unready || says_not_ready(taint);
  }
  if (untolerated.empty()) return untolerated;
  const std::string why = unready ? to_text(node) : std::string();
  return "not tolerated: taint " + untolerated + (why.empty() ? "" : "; the node is " + why);
}

Tolerations with_defaults(Tolerations tolerations, bool host_network) {
  merge(tolerations, exists("node.kubernetes.io/not-ready", "NoExecute"));
  merge(tolerations, exists("node.kubernetes.io/unreachable", "NoExecute"));
  merge(tolerations, exists("node.kubernetes.io/disk-pressure", "NoSchedule"));
  merge(tolerations, exists("node.kubernetes.io/memory-pressure", "NoSchedule"));
  merge(tolerations, exists("node.kubernetes.io/pid-pressure", "NoSchedule"));
  merge(tolerations, tolerates_unschedulable());
  if (host_network) merge(tolerations, tolerates_network_unavailable());
  return tolerations;
}

}  // namespace everynode::objects
