#include "facts.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <ranges>
#include <utility>

#include "everynode/files/yaml_writer.hpp"
#include "everynode/inspection/offers.hpp"
#include "everynode/inspection/policy_state.hpp"
#include "everynode/inspection/show.hpp"
#include "everynode/inspection/waits.hpp"

namespace everynode::page {
namespace {

using Json = nlohmann::ordered_json;

Json facts(const inspection::Inspection& inspection, const std::vector<daemonset::NodeReport>& nodes) {
  Json json = inspection::show(inspection, nodes);
  json["rolledOut"] = inspection.rolled_out();
  json["waitsFor"] = inspection::waits_for(inspection);
  return json;
}

std::string strategy_of(const inspection::Inspection& inspection) {
  const objects::UpdateStrategy& strategy = inspection.daemon_set.strategy;
  const daemonset::Budget& budget = inspection.report.budget;
  if (!strategy.rolling) return "OnDelete";
  if (strategy.surges()) return "RollingUpdate, maxSurge " + std::to_string(budget.max_surge);
  return "RollingUpdate, maxUnavailable " + std::to_string(budget.max_unavailable);
}

std::string time_of(objects::Time time) {
  return objects::to_rfc3339(std::chrono::floor<std::chrono::seconds>(time));
}

/// The browser shows values as they are written, and what is left out in sentences.
Json facts(const inspection::AdmittedState& admitted) {
  Json json = inspection::show(admitted);
  for (Json& field : json["fields"]) field["value"] = to_text(field["value"]);
  json["leftOut"] = Json::array();
  for (const Json& candidate : json["candidates"]) {
    if (candidate.contains("reason")) json["leftOut"].push_back(candidate);
  }
  return json;
}

Json show(const inspection::Offer& offer) {
  Json json{{"change", sync::name_of(offer.wish.change)}};
  if (!offer.wish.wave.empty()) json["wave"] = offer.wish.wave;
  if (!offer.wish.revision.empty()) json["revision"] = offer.wish.revision;
  if (offer.wish.to_revision > 0) json["toRevision"] = offer.wish.to_revision;
  return {{"wish", std::move(json)}, {"command", offer.command}};
}

}  // namespace

std::string to_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string facts_of(const inspection::Inspection& inspection) {
  Json json = facts(inspection, {});
  json.erase("nodes");
  return to_text(json);
}

Json explanation_of(const inspection::Inspection& inspection, const std::string& node) {
  const auto& nodes = inspection.report.nodes;
  const auto found = std::ranges::lower_bound(nodes, node, {}, &daemonset::NodeReport::node);
  const bool known = found != nodes.end() && found->node == node;
  Json json = facts(inspection, known ? std::vector{*found} : std::vector<daemonset::NodeReport>{});
  json["strategy"] = strategy_of(inspection);
  json["selector"] = objects::to_text(inspection.daemon_set.selector);
  json["conditions"] = Json::array();
  for (const objects::Condition& condition : inspection.daemon_set.conditions) {
    json["conditions"].push_back({{"type", condition.type},
                                  {"status", condition.status},
                                  {"reason", condition.reason},
                                  {"message", condition.message},
                                  {"since", condition.last_transition_time}});
  }
  json["lines"] = Json::array();
  if (inspection.policy) json["lines"] = inspection::lines_of(*inspection.policy, inspection.seen_at);
  return json;
}

Json explanation_of(const inspection::Closeup& closeup, const std::string& node) {
  Json json = explanation_of(closeup.inspection, node);
  json["timeLine"] = Json::array();
  for (const inspection::Moment& moment : closeup.time_line) {
    json["timeLine"].push_back(
        {{"at", time_of(moment.at)}, {"what", moment.what}, {"ahead", moment.at > closeup.inspection.seen_at}});
  }
  if (closeup.admitted) json["admitted"] = facts(*closeup.admitted);
  return json;
}

Json offers_in(const inspection::Inspection& inspection, const inspection::Target& target) {
  Json offers = Json::array();
  for (const inspection::Offer& offer : inspection::offers_of(inspection, target)) offers.push_back(show(offer));
  return offers;
}

Json history_of(const inspection::Past& past, const cache::Key& daemon_set, const inspection::Target& target) {
  Json revisions = Json::array();
  const objects::DaemonSetRollout* const known = past.remembered ? &*past.remembered : nullptr;
  for (const objects::ControllerRevision& revision : past.history.revisions | std::views::reverse) {
    Json one = inspection::show(past.history, revision, known);
    one["template"] = files::to_yaml(to_text(one["template"]));
    if (revision.name != past.history.current) {
      const sync::Wish wish{.change = sync::RolloutChange::undo, .to_revision = revision.revision};
      one["undo"] = show({.wish = wish, .command = inspection::command_of(wish, daemon_set, target)});
    }
    revisions.push_back(std::move(one));
  }
  return {{"revisions", std::move(revisions)}};
}

Json explanation_of(const objects::Node& node) {
  Json json{{"name", node.name}, {"labels", Json::object()}, {"taints", Json::array()}, {"health", ""}};
  for (const auto& [key, value] : node.labels) json["labels"][key] = value;
  for (const objects::Taint& taint : node.taints) json["taints"].push_back(objects::to_text(taint));
  json["health"] = objects::to_text(node);
  return json;
}

}  // namespace everynode::page
