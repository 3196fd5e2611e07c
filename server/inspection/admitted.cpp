#include "everynode/inspection/admitted.hpp"

#include <utility>

#include "everynode/overlay/amount.hpp"
#include "everynode/overlay/audit.hpp"

namespace everynode::inspection {
namespace {

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

std::vector<GivenField> fields_of(const overlay::Fit& fit, const objects::Pod& pod, const overlay::Node* node) {
  std::vector<GivenField> fields;
  for (const overlay::Contribution& from : fit.contributions) {
    for (const overlay::Setting& setting : from.settings) {
      GivenField field{
          .place = overlay::place_of(setting, pod), .value = setting.json, .overlay = from.overlay->name, .how = {}};
      if (setting.amount != nullptr) field.how = overlay::arithmetic(*setting.amount, setting.resource, node);
      fields.push_back(std::move(field));
    }
  }
  return fields;
}

}  // namespace

AdmittedState admitted_state(const overlay::Known* known, const objects::DaemonPod& pod,
                             const std::string& pod_template) {
  AdmittedState state;
  state.pod = pod.name;
  if (!pod.admitted) return state;
  state.seen = seen(pod);
  state.overlays = pod.admitted->overlays;
  const overlay::Node* const node = known == nullptr ? nullptr : known->nodes.find(pod.target_node);
  if (node == nullptr) return state;
  overlay::TemplatePod made_from(pod_template);
  state.difference = overlay::difference(state.overlays, overlay::audit(*known, pod, made_from).wanted);
  // The audit takes either for right, so the fields are those of whichever the stamp names.
  objects::Pod judged = overlay::as_admitted(pod);
  overlay::Fit fit = overlay::fit(known->catalog, judged, node);
  if (fit.stamp != state.overlays) {
    judged = made_from.beside(pod);
    fit = overlay::fit(known->catalog, judged, node);
  }
  state.given = fit.stamp == state.overlays;
  state.fields = fields_of(fit, judged, node);
  state.left_out = std::move(fit.refusals);
  return state;
}

}  // namespace everynode::inspection
