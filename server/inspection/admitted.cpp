#include "everynode/inspection/admitted.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "everynode/codec/document.hpp"
#include "everynode/objects/decode.hpp"
#include "everynode/objects/objects.hpp"
#include "everynode/overlay/amount.hpp"
#include "everynode/overlay/audit.hpp"
#include "everynode/overlay/fit.hpp"

namespace everynode::inspection {
namespace {

using overlay::Catalog;
using overlay::Contribution;
using overlay::DaemonSetOverlay;
using overlay::Fit;
using overlay::Refusal;
using overlay::Setting;

std::string seen(const objects::DaemonPod& pod) {
  const objects::Admitted& admitted = *pod.admitted;
  std::string text;
  if (!admitted.node.empty()) {
    text = "Everynode's webhook has seen it, for node " + admitted.node;
  } else if (!admitted.overlays.empty() || !admitted.refused.empty()) {
    text = "Everynode has put overlays to it";
  } else {
    text = "it has no trace of Everynode's webhook";
  }
  if (!admitted.refused.empty()) {
    text += "; the API server refused it with overlays " + admitted.refused + ", so it was created without";
  }
  return text;
}

/// What overlays make of a pod on its node, and what each would if it were alone.
class Fitting {
 public:
  Fitting(const Catalog& catalog, const objects::Pod& pod, const overlay::Node* node)
      : overlays_(catalog.of(pod.metadata.namespace_)), pod_(pod), node_(node), fit_(overlay::fit(catalog, pod, node)) {
    for (const DaemonSetOverlay& one : overlays_) {
      const auto is_it = [&](const DaemonSetOverlay& other) { return &other == &one; };
      Catalog alone = catalog.part(one.namespace_, is_it);
      Fit fit = overlay::fit(alone, pod, node);
      alone_.push_back({.catalog = std::move(alone), .fit = std::move(fit)});
    }
  }

  [[nodiscard]] const std::string& stamp() const { return fit_.stamp; }

  [[nodiscard]] std::vector<GivenField> fields() const {
    std::vector<GivenField> fields;
    for (const Contribution& from : fit_.contributions) {
      for (const Setting& setting : from.settings) fields.push_back(field(setting, *from.overlay));
    }
    return fields;
  }

  [[nodiscard]] std::vector<Candidate> candidates() const {
    std::vector<Candidate> candidates;
    for (const DaemonSetOverlay& one : overlays_) {
      const Refusal* const refusal = refusal_of(one);
      Candidate candidate{.overlay = one.name, .priority = one.priority, .standing = standing_of(one), .reason = {}};
      if (candidate.standing == Standing::left_out && refusal != nullptr) candidate.reason = refusal->reason;
      candidates.push_back(std::move(candidate));
    }
    return candidates;
  }

 private:
  /// What one overlay would make of the pod; the fit refers to the catalog.
  struct Alone {
    Catalog catalog;
    Fit fit;
  };

  [[nodiscard]] const Refusal* refusal_of(const DaemonSetOverlay& one) const {
    const auto found = std::ranges::find(fit_.refusals, one.name, &Refusal::overlay);
    return found == fit_.refusals.end() ? nullptr : &*found;
  }

  [[nodiscard]] Standing standing_of(const DaemonSetOverlay& one) const {
    if (!matches(one.daemon_sets, pod_.metadata.labels)) return Standing::other_pods;
    if (node_ == nullptr) return Standing::unknown;
    if (one.nodes && !matches(*one.nodes, node_->labels)) return Standing::other_nodes;
    if (refusal_of(one) != nullptr) return Standing::left_out;
    const auto is_from = [&](const Contribution& from) { return from.overlay->name == one.name; };
    return std::ranges::any_of(fit_.contributions, is_from) ? Standing::gives : Standing::beaten;
  }

  [[nodiscard]] GivenField field(const Setting& setting, const DaemonSetOverlay& from) const {
    GivenField field{
        .place = overlay::place_of(setting, pod_), .value = setting.json, .overlay = from.name, .how = {}, .over = {}};
    if (setting.amount != nullptr) field.how = overlay::arithmetic(*setting.amount, setting.resource, node_);
    for (std::size_t i = 0; i < overlays_.size(); ++i) {
      const DaemonSetOverlay& other = overlays_[i];
      if (other.name == from.name || refusal_of(other) != nullptr || !wants(alone_[i].fit, setting)) continue;
      field.over.push_back({.overlay = other.name, .priority = other.priority});
    }
    return field;
  }

  /// Whether an overlay alone would give something for the same place.
  static bool wants(const Fit& alone, const Setting& place) {
    return std::ranges::any_of(alone.contributions, [&](const Contribution& from) {
      return std::ranges::any_of(from.settings, [&](const Setting& one) { return one.same_place(place); });
    });
  }

  std::span<const DaemonSetOverlay> overlays_;
  const objects::Pod& pod_;
  const overlay::Node* node_;
  Fit fit_;
  std::vector<Alone> alone_;  ///< by `overlays_`
};

void judge(const overlay::Audit& audit, AdmittedState& state, const objects::Admitted& admitted) {
  state.difference = overlay::difference(state.overlays, audit.wanted);
  switch (audit.drift) {
    case objects::Drift::outdated:
      state.verdict = Verdict::outdated;
      state.why = "outdated: " + state.difference;
      return;
    case objects::Drift::unmutated:
      state.verdict = Verdict::unmutated;
      state.why = "unmutated, admission let it through as it was: " + state.difference;
      return;
    case objects::Drift::unknown:
      return;
    case objects::Drift::none:
      break;
  }
  state.verdict = admitted.refused.empty() ? Verdict::right : Verdict::refused;
  state.why = admitted.refused.empty() ? "as it should be"
                                       : "without overlays, as the API server refused it with " + admitted.refused;
}

AdmittedState identity_of(const objects::DaemonPod& pod) {
  AdmittedState state;
  state.namespace_ = pod.namespace_;
  state.pod = pod.name;
  state.node = pod.target_node;
  state.why = "not known";
  if (pod.controller && pod.controller->kind == "DaemonSet") state.daemon_set = pod.controller->name;
  return state;
}

/// The pod that it is compared with: of the two that the audit takes for right the one that the stamp names.
objects::Pod judged_pod(const overlay::Known& known, const objects::DaemonPod& pod, const objects::Pod* whole,
                        overlay::TemplatePod* made_from) {
  objects::Pod as_it_is = whole != nullptr ? *whole : overlay::as_admitted(pod);
  const std::string& stamp = pod.admitted->overlays;
  if (made_from == nullptr || overlay::fit(known.catalog, as_it_is, known.nodes.find(pod.target_node)).stamp == stamp)
    return as_it_is;
  return made_from->beside(pod);
}

}  // namespace

std::string_view name_of(Standing standing) {
  switch (standing) {
    case Standing::gives:
      return "gives";
    case Standing::beaten:
      return "beaten";
    case Standing::left_out:
      return "left out";
    case Standing::unknown:
      return "not known";
    case Standing::other_nodes:
      return "for other nodes";
    case Standing::other_pods:
      break;
  }
  return "for other pods";
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::right:
      return "right";
    case Verdict::outdated:
      return "outdated";
    case Verdict::unmutated:
      return "unmutated";
    case Verdict::refused:
      return "refused";
    case Verdict::unknown:
      break;
  }
  return "not known";
}

AdmittedState admitted_state(const overlay::Known* known, const objects::DaemonPod& pod,
                             const std::string& pod_template, const objects::Pod* whole) {
  AdmittedState state = identity_of(pod);
  if (!pod.admitted) return state;
  state.seen = seen(pod);
  state.overlays = pod.admitted->overlays;
  if (known == nullptr) return state;
  const overlay::Node* const node = known->nodes.find(pod.target_node);
  overlay::TemplatePod made_from(pod_template);
  if (node == nullptr) {
    state.why = "not known, as its node is not";
  } else if (pod_template.empty()) {
    state.why = "not known, as its DaemonSet is not";
  } else {
    judge(overlay::audit(*known, pod, made_from), state, *pod.admitted);
  }
  const objects::Pod judged = judged_pod(*known, pod, whole, pod_template.empty() ? nullptr : &made_from);
  const Fitting fitting(known->catalog, judged, node);
  state.candidates = fitting.candidates();
  if (node == nullptr) return state;
  state.fields = fitting.fields();
  state.given = fitting.stamp() == state.overlays;
  if (whole == nullptr) return state;
  for (codec::Operation& one : overlay::fit(known->catalog, *whole, node).patch) {
    state.otherwise.push_back({.path = std::move(one.path), .value = std::move(one.value)});
  }
  return state;
}

std::expected<AdmittedState, std::string> read_admitted_state(const overlay::Known* known, const std::string& json,
                                                              const std::string& pod_template,
                                                              const std::string& name_space) {
  codec::Document document;
  codec::Document audited_document;
  objects::Pod whole;
  objects::AuditedPod pod;
  const auto read_whole =
      document.read(json, [&](codec::JsonValue root) { objects::read(root, whole, objects::PodParts::all); });
  if (!read_whole) return std::unexpected(read_whole.error().text());
  const auto read_audited = audited_document.read(json, [&](codec::JsonValue root) { read(root, pod); });
  if (!read_audited) return std::unexpected(read_audited.error().text());
  if (pod.namespace_.empty()) pod.namespace_ = name_space;
  whole.metadata.namespace_ = pod.namespace_;
  return admitted_state(known, pod, pod_template, &whole);
}

}  // namespace everynode::inspection
