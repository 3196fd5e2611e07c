#include "everynode/inspection/show.hpp"

#include <nlohmann/json.hpp>

namespace everynode::inspection {
namespace {

using Json = nlohmann::ordered_json;

Json show(const daemonset::NodeReport& node) {
  return {{"node", node.node},
          {"state", name_of(node.state)},
          {"pod", node.pod},
          {"why", node.why},
          {"trouble", name_of(node.trouble)}};
}

Json show(const daemonset::Refusal& refusal) {
  Json json{{"message", refusal.words}};
  if (refusal.at) json["lastTime"] = objects::to_rfc3339(std::chrono::floor<std::chrono::seconds>(*refusal.at));
  return json;
}

Json show(const std::vector<objects::NodeRemark>& nodes) {
  Json list = Json::array();
  for (const objects::NodeRemark& node : nodes) list.push_back({{"name", node.name}, {"reason", node.reason}});
  return list;
}

Json show(const PolicyState& policy) {
  Json json{{"name", policy.name}};
  if (!policy.refused.empty()) json["refused"] = policy.refused;
  if (!policy.rivals.empty()) json["rivals"] = policy.rivals;
  if (!policy.refused.empty()) return json;
  if (!policy.objection.empty()) json["objection"] = policy.objection;
  const objects::DaemonSetRollout& rollout = policy.rollout;
  json.update({{"paused", policy.paused},
               {"lookedAt", policy.looked_at},
               {"phase", rollout.phase},
               {"wave", rollout.wave},
               {"desired", rollout.desired},
               {"updated", rollout.updated},
               {"deferred", rollout.deferred},
               {"failed", rollout.failed},
               {"deferredNodes", show(rollout.deferred_nodes)},
               {"failedNodes", show(rollout.failed_nodes)},
               {"message", rollout.message},
               {"waves", Json::array()}});
  if (policy.until) json["until"] = objects::to_rfc3339(std::chrono::ceil<std::chrono::seconds>(*policy.until));
  for (const WaveState& wave : policy.waves) {
    json["waves"].push_back({{"name", wave.name},
                             {"standing", name_of(wave.standing)},
                             {"desired", wave.desired},
                             {"updated", wave.updated}});
  }
  return json;
}

Json show(const GivenField& field) {
  Json json{{"place", field.place},
            {"value", Json::parse(field.value)},
            {"overlay", field.overlay},
            {"how", field.how},
            {"over", Json::array()}};
  for (const Beaten& one : field.over) json["over"].push_back({{"overlay", one.overlay}, {"priority", one.priority}});
  return json;
}

Json show(const Candidate& candidate) {
  Json json{
      {"overlay", candidate.overlay}, {"priority", candidate.priority}, {"standing", name_of(candidate.standing)}};
  if (!candidate.reason.empty()) json["reason"] = candidate.reason;
  return json;
}

}  // namespace

Json show(const Inspection& inspection, const std::vector<daemonset::NodeReport>& nodes) {
  Json json{{"namespace", inspection.daemon_set.namespace_},
            {"name", inspection.daemon_set.name},
            {"revision", inspection.revision},
            {"hash", inspection.hash},
            {"desired", inspection.report.desired},
            {"unavailable", inspection.report.unavailable},
            {"maxUnavailable", inspection.report.budget.max_unavailable},
            {"maxSurge", inspection.report.budget.max_surge},
            {"complete", inspection.report.complete()},
            {"nodes", Json::array()}};
  for (const daemonset::NodeReport& node : nodes) json["nodes"].push_back(show(node));
  if (inspection.policy) json["policy"] = show(*inspection.policy);
  if (!inspection.switches.empty()) json["switches"] = inspection.switches;
  if (inspection.refusal) json["refusal"] = show(*inspection.refusal);
  if (inspection.outdated_by_overlays > 0) json["outdatedByOverlays"] = inspection.outdated_by_overlays;
  if (inspection.unmutated > 0) json["unmutated"] = inspection.unmutated;
  if (!inspection.unseen_nodes.empty()) json["unseenNodes"] = inspection.unseen_nodes;
  if (!inspection.unseen_events.empty()) json["unseenEvents"] = inspection.unseen_events;
  if (!inspection.unseen_policies.empty()) json["unseenPolicies"] = inspection.unseen_policies;
  return json;
}

Json show(const AdmittedState& admitted) {
  Json json{{"namespace", admitted.namespace_},
            {"pod", admitted.pod},
            {"daemonSet", admitted.daemon_set},
            {"node", admitted.node},
            {"seen", admitted.seen},
            {"overlays", admitted.overlays},
            {"verdict", name_of(admitted.verdict)},
            {"why", admitted.why},
            {"difference", admitted.difference},
            {"candidates", Json::array()},
            {"given", admitted.given},
            {"fields", Json::array()},
            {"otherwise", Json::array()}};
  for (const Candidate& candidate : admitted.candidates) json["candidates"].push_back(show(candidate));
  for (const GivenField& field : admitted.fields) json["fields"].push_back(show(field));
  for (const Otherwise& one : admitted.otherwise) {
    json["otherwise"].push_back({{"path", one.path}, {"value", Json::parse(one.value)}});
  }
  return json;
}

}  // namespace everynode::inspection
