#include "everynode/daemonset/show.hpp"

#include <nlohmann/json.hpp>

namespace everynode::daemonset {
namespace {

using Json = nlohmann::ordered_json;

Json show(const objects::Condition& condition) {
  return {{"type", condition.type},
          {"status", condition.status},
          {"lastTransitionTime", condition.last_transition_time},
          {"reason", condition.reason},
          {"message", condition.message}};
}

}  // namespace

Json show(const StatusChange& change) {
  const objects::DaemonSetStatus& counters = change.counters;
  Json json{{"currentNumberScheduled", counters.current_number_scheduled},
            {"numberMisscheduled", counters.number_misscheduled},
            {"desiredNumberScheduled", counters.desired_number_scheduled},
            {"numberReady", counters.number_ready},
            {"observedGeneration", counters.observed_generation},
            {"updatedNumberScheduled", counters.updated_number_scheduled},
            {"numberAvailable", counters.number_available},
            {"numberUnavailable", counters.number_unavailable}};
  for (const objects::Condition& condition : change.conditions) json["conditions"].push_back(show(condition));
  return json;
}

}  // namespace everynode::daemonset
