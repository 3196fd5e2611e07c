#include <algorithm>
#include <array>

#include "everynode/objects/objects.hpp"
#include "everynode/objects/rollout_policy.hpp"
#include "object_metadata.hpp"
#include "spec_parts.hpp"

namespace everynode::objects {

using codec::field;
using codec::JsonValue;
using codec::read_fields;
using codec::visit;

namespace {

void read_duration(JsonValue value, std::chrono::milliseconds& out) {
  std::string_view text;
  codec::read(value, text);
  const auto duration = parse_duration(text);
  if (!duration) return value.fail("expected a duration such as 30s, 10m or 1h30m");
  out = *duration;
}

void read_bad_nodes(JsonValue value, bool& counted) {
  std::string_view text;
  codec::read(value, text);
  if (text != "Exclude" && text != "Count") return value.fail("expected Exclude or Count");
  counted = text == "Count";
}

void read_then(JsonValue value, AfterFailure& out) {
  std::string_view text;
  codec::read(value, text);
  if (text != "Pause" && text != "Rollback") return value.fail("expected Pause or Rollback");
  out = text == "Rollback" ? AfterFailure::rollback : AfterFailure::pause;
}

void read_time_of_day(JsonValue value, std::chrono::minutes& out) {
  std::string_view text;
  codec::read(value, text);
  const auto time = parse_time_of_day(text);
  if (!time) return value.fail("expected a time of day such as 09:00");
  out = *time;
}

void read_opening(JsonValue value, std::chrono::minutes& out) {
  read_time_of_day(value, out);
  if (value.reader.ok() && out >= std::chrono::days(1)) value.fail("expected a time before 24:00");
}

void read_days(JsonValue value, std::uint8_t& out) {
  constexpr std::array<std::string_view, 7> names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  std::vector<std::string> days;
  codec::read(value, days);
  out = 0;
  for (const std::string& day : days) {
    const auto found = std::ranges::find(names, day);
    if (found == names.end()) return value.fail("expected days as Mon, Tue, Wed, Thu, Fri, Sat and Sun");
    out = static_cast<std::uint8_t>(out | (1U << static_cast<unsigned>(found - names.begin())));
  }
}

}  // namespace

// Found by the types of their arguments, so they are not in the unnamed namespace.
static void read(JsonValue value, Wave& out) {
  read_fields(value, field<"name">(out.name), field<"nodes">(out.nodes), field<"count">(out.count), field<"by">(out.by),
              field<"maxUnavailable">(out.max_unavailable),
              visit<"soak">([&](JsonValue soak) { read_duration(soak, out.soak); }), field<"hold">(out.hold));
  // A wave that we do not understand must not open those after it.
  const int given = (out.nodes ? 1 : 0) + (out.count ? 1 : 0) + (out.by.empty() ? 0 : 1);
  if (value.reader.ok() && given != 1) value.fail("expected one of nodes, count and by");
}

static void read(JsonValue value, Window& out) {
  read_fields(value, visit<"days">([&](JsonValue days) { read_days(days, out.days); }),
              visit<"from">([&](JsonValue from) { read_opening(from, out.from); }),
              visit<"to">([&](JsonValue to) { read_time_of_day(to, out.to); }), field<"timeZone">(out.time_zone));
}

static void read(JsonValue value, RolloutFailure& out) {
  read_fields(value, field<"maxFailedNodes">(out.max_failed_nodes),
              visit<"progressDeadline">([&](JsonValue deadline) { read_duration(deadline, out.progress_deadline); }),
              visit<"then">([&](JsonValue then) { read_then(then, out.then); }));
}

static void read(JsonValue value, NodeRemark& out) {
  read_fields(value, field<"name">(out.name), field<"reason">(out.reason));
}

static void read(JsonValue value, FailedRevision& out) {
  read_fields(value, field<"revision">(out.revision), field<"generation">(out.generation),
              field<"message">(out.message));
}

static void read(JsonValue value, DaemonSetRollout& out) {
  read_fields(value, field<"name">(out.name), field<"revision">(out.revision), field<"phase">(out.phase),
              field<"wave">(out.wave), field<"lastCompleteRevision">(out.last_complete_revision),
              field<"message">(out.message), field<"desired">(out.desired), field<"updated">(out.updated),
              field<"deferred">(out.deferred), field<"failed">(out.failed), field<"deferredNodes">(out.deferred_nodes),
              field<"failedNodes">(out.failed_nodes), field<"failedRevisions">(out.failed_revisions));
}

static void read(JsonValue value, Promotion& out) {
  read_fields(value, field<"daemonSet">(out.daemon_set), field<"wave">(out.wave), field<"revision">(out.revision));
}

static void read(JsonValue value, RolloutPolicyStatus& out) {
  read_fields(value, field<"observedGeneration">(out.observed_generation), field<"phase">(out.phase),
              field<"wave">(out.wave), field<"progress">(out.progress), field<"daemonSets">(out.daemon_sets),
              field<"promoted">(out.promoted), field<"conditions">(out.conditions));
}

static void read_spec(JsonValue value, RolloutPolicy& out) {
  read_fields(value, field<"selector">(out.selector), field<"paused">(out.paused),
              field<"maxUnavailable">(out.max_unavailable), field<"waves">(out.waves),
              visit<"badNodes">([&](JsonValue text) { read_bad_nodes(text, out.counts_bad_nodes); }),
              field<"failure">(out.failure), field<"windows">(out.windows), field<"repair">(out.repair));
}

ObjectMeta read(JsonValue value, RolloutPolicy& out) {
  ObjectMetadata metadata;
  read_fields(value, field<"metadata">(metadata), visit<"spec">([&](JsonValue spec) { read_spec(spec, out); }),
              field<"status">(out.status));
  const ObjectMeta identity = require_name(value, metadata);
  copy_identity(metadata, out);
  out.generation = metadata.generation;
  out.created = metadata.created;
  return identity;
}

std::expected<RolloutPolicy, codec::Mistake> read_rollout_policy(const std::string& json, codec::Document& document) {
  return read_whole<RolloutPolicy>(json, document);
}

}  // namespace everynode::objects
