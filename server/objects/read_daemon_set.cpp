#include "everynode/objects/conditions.hpp"
#include "everynode/objects/objects.hpp"
#include "object_metadata.hpp"
#include "spec_parts.hpp"

namespace everynode::objects {
namespace {

using codec::field;
using codec::JsonValue;
using codec::read_fields;

void read_strategy(JsonValue value, UpdateStrategy& out) {
  std::string_view type;
  const auto read_limits = [&](JsonValue limits) {
    read_fields(limits, field<"maxUnavailable">(out.max_unavailable), field<"maxSurge">(out.max_surge));
  };
  read_fields(value, field<"type">(type), codec::visit<"rollingUpdate">(read_limits));
  out.rolling = type != "OnDelete";
}

void read_spec_template(JsonValue value, DaemonSet& out) {
  std::string_view raw;
  codec::read_raw(value, raw);
  if (!value.reader.ok()) return;
  auto pod_template = read_template(raw);
  if (!pod_template) return value.fail(pod_template.error().text());
  out.pod_template = std::move(*pod_template);
  out.revision_data = revision_data(out.pod_template);
}

void read_spec(JsonValue value, DaemonSet& out) {
  read_fields(value, field<"selector">(out.selector),
              codec::visit<"template">([&](JsonValue pod_template) { read_spec_template(pod_template, out); }),
              codec::visit<"updateStrategy">([&](JsonValue strategy) { read_strategy(strategy, out.strategy); }),
              field<"minReadySeconds">(out.min_ready_seconds),
              field<"revisionHistoryLimit">(out.revision_history_limit));
}

/// Those that Everynode may have written.
void read_own_condition(JsonValue value, std::vector<Condition>& out) {
  Condition condition;
  read(value, condition);
  const bool known = condition.type == condition_progressing || condition.type == condition_degraded ||
                     condition.type == condition_nodes_minded;
  if (known) out.push_back(std::move(condition));
}

void read_status(JsonValue value, DaemonSet& out) {
  DaemonSetStatus& status = out.status;
  read_fields(value, field<"currentNumberScheduled">(status.current_number_scheduled),
              field<"numberMisscheduled">(status.number_misscheduled),
              field<"desiredNumberScheduled">(status.desired_number_scheduled),
              field<"numberReady">(status.number_ready), field<"observedGeneration">(status.observed_generation),
              field<"updatedNumberScheduled">(status.updated_number_scheduled),
              field<"numberAvailable">(status.number_available), field<"numberUnavailable">(status.number_unavailable),
              field<"collisionCount">(out.collision_count),
              codec::visit_each<"conditions">([&](JsonValue one) { read_own_condition(one, out.conditions); }));
}

}  // namespace

ObjectMeta read(JsonValue value, DaemonSet& out) {
  ObjectMetadata metadata;
  const auto read_metadata = [&](JsonValue one) { read(one, metadata, out.annotations, out.foreign_status); };
  read_fields(value, codec::visit<"metadata">(read_metadata),
              codec::visit<"spec">([&](JsonValue spec) { read_spec(spec, out); }),
              codec::visit<"status">([&](JsonValue status) { read_status(status, out); }));
  const ObjectMeta identity = require_name(value, metadata);
  copy_identity(metadata, out);
  out.generation = metadata.generation;
  out.created = metadata.created;
  out.changed = metadata.changed;
  out.labels = std::move(metadata.labels);
  out.own_status_time = std::move(metadata.own_status_time);
  out.switches = read_switches(out.annotations);
  return identity;
}

std::expected<DaemonSet, codec::Mistake> read_daemon_set(const std::string& json, codec::Document& document) {
  return read_whole<DaemonSet>(json, document);
}

}  // namespace everynode::objects
