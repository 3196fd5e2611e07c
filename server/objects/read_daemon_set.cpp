#include <algorithm>
#include <array>
#include <charconv>

#include "everynode/objects/objects.hpp"
#include "object_metadata.hpp"

namespace everynode::objects {
namespace {

using codec::field;
using codec::JsonValue;
using codec::read_fields;

void read_int_or_percent(JsonValue value, IntOrPercent& out) {
  simdjson::ondemand::json_type type{};
  if (value.element.type().get(type) == simdjson::SUCCESS && type == simdjson::ondemand::json_type::number) {
    return read(value, out.value);
  }
  std::string_view text;
  read(value, text);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.value);
  out.percent = error == std::errc{} && std::string_view(end, text.data() + text.size()) == "%";
  if (!out.percent) value.fail("expected a number or a percentage");
}

void read_strategy(JsonValue value, UpdateStrategy& out) {
  std::string_view type;
  const auto read_limits = [&](JsonValue limits) {
    read_fields(limits, codec::visit<"maxUnavailable">([&](JsonValue limit) {
                  read_int_or_percent(limit, out.max_unavailable);
                }),
                codec::visit<"maxSurge">([&](JsonValue limit) { read_int_or_percent(limit, out.max_surge); }));
  };
  read_fields(value, field<"type">(type), codec::visit<"rollingUpdate">(read_limits));
  out.rolling = type != "OnDelete";
}

void read_requirement(JsonValue value, LabelSelectorRequirement& out) {
  read_fields(value, field<"key">(out.key), field<"operator">(out.op), field<"values">(out.values));
  // An operator that we do not know would match nothing, and all pods would be released.
  constexpr std::array<std::string_view, 4> known{"In", "NotIn", "Exists", "DoesNotExist"};
  if (std::ranges::find(known, out.op) == known.end()) {
    value.fail("expected the operator In, NotIn, Exists or DoesNotExist");
  }
}

void read_selector(JsonValue value, LabelSelector& out) {
  const auto read_labels = [&](JsonValue labels) {
    codec::visit_members(labels, [&](std::string_view key, JsonValue text) {
      std::string wanted;
      read(text, wanted);
      out.requirements.push_back({.key = std::string(key), .op = "In", .values = {std::move(wanted)}});
    });
  };
  const auto read_expression = [&](JsonValue one) { read_requirement(one, out.requirements.emplace_back()); };
  read_fields(value, codec::visit<"matchLabels">(read_labels), codec::visit_each<"matchExpressions">(read_expression));
}

void read_spec_template(JsonValue value, DaemonSet& out) {
  std::string_view raw;
  codec::read_raw(value, raw);
  if (!value.reader.ok()) return;
  auto pod_template = read_template(raw);
  if (!pod_template) return value.fail(pod_template.error());
  out.pod_template = std::move(*pod_template);
  out.revision_data = revision_data(out.pod_template);
}

void read_spec(JsonValue value, DaemonSet& out) {
  read_fields(value, codec::visit<"selector">([&](JsonValue selector) { read_selector(selector, out.selector); }),
              codec::visit<"template">([&](JsonValue pod_template) { read_spec_template(pod_template, out); }),
              codec::visit<"updateStrategy">([&](JsonValue strategy) { read_strategy(strategy, out.strategy); }),
              field<"minReadySeconds">(out.min_ready_seconds),
              field<"revisionHistoryLimit">(out.revision_history_limit));
}

void read_condition(JsonValue value, std::vector<Condition>& out) {
  Condition condition;
  read_fields(value, field<"type">(condition.type), field<"status">(condition.status),
              field<"reason">(condition.reason), field<"message">(condition.message),
              field<"lastTransitionTime">(condition.last_transition_time));
  const bool known = condition.type == condition_progressing || condition.type == condition_degraded;
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
              codec::visit_each<"conditions">([&](JsonValue one) { read_condition(one, out.conditions); }));
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
  return identity;
}

std::expected<DaemonSet, std::string> read_daemon_set(const std::string& json, codec::Document& document) {
  return read_whole<DaemonSet>(json, document);
}

}  // namespace everynode::objects
