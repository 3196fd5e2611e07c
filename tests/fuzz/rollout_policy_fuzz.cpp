// A RolloutPolicy of any bytes: what is read of it can be placed, waited for and told, and what is told can be read.
#include <cctz/time_zone.h>

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "everynode/objects/objects.hpp"
#include "everynode/rollout/status.hpp"
#include "everynode/rollout/windows.hpp"
#include "require.hpp"

using namespace everynode;
using fuzz::require;

namespace {}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  codec::Document document;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto policy = objects::read_rollout_policy(text, document);
  if (!policy) return 0;
  const std::vector<rollout::WaveNode> nodes{
      {.name = "a", .labels = {{"canary", "true"}, {"zone", "x"}}, .desired = true},
      {.name = "b", .labels = {{"zone", "y"}}, .desired = true},
      {.name = "c", .labels = {}, .desired = false}};
  const std::vector<rollout::Place> places = rollout::places_of(policy->waves, nodes);
  require(places.size() == nodes.size());
  rollout::Gates gates(*policy, "agent", "agent-1");
  gates.add(places[0], {.updated = true, .outdated = false, .ready_since = {}});
  gates.add(places[1], {.updated = false, .outdated = true, .ready_since = {}});
  const objects::Time now{std::chrono::hours(1)};
  rollout::TimeZones zones([](const std::string&) { return std::make_shared<cctz::time_zone>(cctz::utc_time_zone()); });
  zones.learn(*policy);
  const rollout::Opening windows = rollout::opening_at(policy->windows, zones, now);
  require(!windows.changes_at || *windows.changes_at > now);
  const rollout::Progress progress =
      gates.progress(now, {.windows = windows, .generation = 1, .has_last_complete = true});
  require(progress.phase != rollout::Phase::complete && progress.desired == 2);
  require(windows.open || progress.paused || progress.phase == rollout::Phase::rolling_back);
  const std::vector<rollout::Selected> selected{
      {.name = "agent", .served_by = {}, .rollout = rollout::rollout_of(*policy, "agent", "agent-1", progress)}};
  const objects::RolloutPolicyStatus status =
      rollout::status_of(*policy, selected, now, rollout::problem_with(*policy, zones));
  auto told = nlohmann::json::parse(rollout::status_patch(*policy, status));
  told["metadata"]["name"] = "again";
  const auto again = objects::read_rollout_policy(told.dump(), document);
  require(again && again->status == status);
  return 0;
}
