#include "overlay_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "columns.hpp"
#include "everynode/codec/printable.hpp"
#include "everynode/inspection/show.hpp"

namespace everynode::cli {
namespace {

using inspection::AdmittedState;
using inspection::Candidate;
using inspection::GivenField;
using inspection::Standing;

std::string heading(const AdmittedState& pod) {
  std::string text = "pod:      " + pod.namespace_ + "/" + pod.pod;
  text += pod.daemon_set.empty() ? ", which no DaemonSet owns" : " of DaemonSet " + pod.daemon_set;
  text += ", for " + (pod.node.empty() ? "no node" : "node " + pod.node) + "\n";
  text += "has:      " + (pod.overlays.empty() ? "no overlays" : pod.overlays) + "\n";
  return pod.daemon_set.empty() ? text : text + "verdict:  " + pod.why + "\n";
}

std::string becomes(const Candidate& candidate, const AdmittedState& pod) {
  const auto count = std::ranges::count(pod.fields, candidate.overlay, &GivenField::overlay);
  switch (candidate.standing) {
    case Standing::gives:
      return "gives " + std::to_string(count) + (count == 1 ? " field" : " fields");
    case Standing::beaten:
      return "gives nothing: others win";
    case Standing::left_out:
      return "left out: " + candidate.reason;
    case Standing::unknown:
      return "is not known, as the node is not";
    case Standing::other_nodes:
    case Standing::other_pods:
      break;
  }
  return "is " + std::string(name_of(candidate.standing));
}

std::string candidates(const AdmittedState& pod) {
  if (pod.candidates.empty()) return "\nthe namespace has no overlays\n";
  std::vector<Columns::Row> rows;
  for (const Candidate& one : pod.candidates) {
    rows.push_back({one.overlay, std::to_string(one.priority), becomes(one, pod)});
  }
  const Columns columns({"OVERLAY", "PRIORITY", "FOR THIS POD"}, rows);
  std::string text = "\n" + columns.heads();
  for (const Columns::Row& row : rows) text += columns.line(row);
  return text;
}

/// Why the others lose.
std::string over(const GivenField& field, const AdmittedState& pod) {
  const auto from = std::ranges::find(pod.candidates, field.overlay, &Candidate::overlay);
  std::string text;
  for (const inspection::Beaten& other : field.over) {
    const bool tie = from != pod.candidates.end() && from->priority == other.priority;
    text += "; over " + other.overlay;
    text += tie ? " of the same priority, by name" : " of priority " + std::to_string(other.priority);
  }
  return text;
}

/// What was resized since shows here too.
std::string differences(const AdmittedState& pod) {
  std::string text;
  for (const inspection::Otherwise& one : pod.otherwise) text += "  " + one.path + " would be " + one.value + "\n";
  return text.empty() ? text : "\nwhat is otherwise in the pod that runs:\n" + text;
}

}  // namespace

std::string fields_text(const AdmittedState& pod) {
  std::string text;
  for (const GivenField& field : pod.fields) {
    text += "  " + field.place + " = " + field.value + " by " + field.overlay;
    text += (field.how.empty() ? "" : ": " + field.how) + over(field, pod) + "\n";
  }
  return codec::printable_lines(text);
}

std::string overlay_text(const AdmittedState& pod) {
  const std::string fields = fields_text(pod);
  return codec::printable_lines(heading(pod) + candidates(pod)) +
         (fields.empty() ? fields : "\nwhat they give:\n" + fields) + codec::printable_lines(differences(pod));
}

std::string overlay_json(const inspection::OverlaySubject& subject) {
  using Json = nlohmann::ordered_json;
  Json json{{"namespace", subject.namespace_}, {"pods", Json::array()}};
  for (const AdmittedState& pod : subject.pods) json["pods"].push_back(inspection::show(pod));
  if (!subject.remarks.empty()) json["remarks"] = subject.remarks;
  return json.dump(2, ' ', true, Json::error_handler_t::replace);
}

}  // namespace everynode::cli
