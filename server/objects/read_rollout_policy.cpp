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

static void read(JsonValue value, RolloutFailure& out) {
  const auto read_then = [](JsonValue text) {
    std::string_view then;
    codec::read(text, then);
    if (then != "Pause") text.fail("expected Pause");
  };
  read_fields(value, field<"maxFailedNodes">(out.max_failed_nodes),
              visit<"progressDeadline">([&](JsonValue deadline) { read_duration(deadline, out.progress_deadline); }),
              visit<"then">(read_then));
}

static void read(JsonValue value, NodeRemark& out) {
  read_fields(value, field<"name">(out.name), field<"reason">(out.reason));
}

static void read(JsonValue value, DaemonSetRollout& out) {
  read_fields(value, field<"name">(out.name), field<"revision">(out.revision), field<"phase">(out.phase),
              field<"wave">(out.wave), field<"lastCompleteRevision">(out.last_complete_revision),
              field<"message">(out.message), field<"desired">(out.desired), field<"updated">(out.updated),
              field<"deferred">(out.deferred), field<"failed">(out.failed), field<"deferredNodes">(out.deferred_nodes),
              field<"failedNodes">(out.failed_nodes));
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
              field<"failure">(out.failure));
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
