#include <algorithm>
#include <charconv>

#include "everynode/objects/objects.hpp"
#include "object_metadata.hpp"

namespace everynode::objects {
namespace {

using Element = codec::Reader::Element;

void read_int_or_percent(codec::Reader& reader, Element value, IntOrPercent& out) {
  simdjson::ondemand::json_type type{};
  if (value.type().get(type) == simdjson::SUCCESS && type == simdjson::ondemand::json_type::number) {
    return reader.read(value, out.value);
  }
  std::string_view text;
  reader.read(value, text);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.value);
  out.percent = error == std::errc{} && std::string_view(end, text.data() + text.size()) == "%";
  if (!out.percent) reader.fail("expected a number or a percentage");
}

void read_strategy(codec::Reader& reader, Element value, UpdateStrategy& out) {
  constexpr std::array<std::string_view, 2> names{"type", "rollingUpdate"};
  constexpr std::array<std::string_view, 2> rolling_update{"maxUnavailable", "maxSurge"};
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name == 0) {
      std::string_view type;
      reader.read(member, type);
      out.rolling = type != "OnDelete";
      return;
    }
    reader.object(member, rolling_update, [&](std::size_t field, Element number) {
      read_int_or_percent(reader, number, field == 0 ? out.max_unavailable : out.max_surge);
    });
  });
}

void read_requirement(codec::Reader& reader, Element value, LabelSelectorRequirement& out) {
  constexpr std::array<std::string_view, 3> names{"key", "operator", "values"};
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name == 0) return reader.read(member, out.key);
    if (name == 1) return reader.read(member, out.op);
    reader.array(member, [&](Element element) { reader.read(element, out.values.emplace_back()); });
  });
  // An operator that we do not know would match nothing, and all pods would be released.
  constexpr std::array<std::string_view, 4> known{"In", "NotIn", "Exists", "DoesNotExist"};
  if (std::ranges::find(known, out.op) == known.end()) {
    reader.fail("expected the operator In, NotIn, Exists or DoesNotExist");
  }
}

void read_selector(codec::Reader& reader, Element value, LabelSelector& out) {
  constexpr std::array<std::string_view, 2> names{"matchLabels", "matchExpressions"};
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name == 1) {
      return reader.array(member,
                          [&](Element element) { read_requirement(reader, element, out.requirements.emplace_back()); });
    }
    reader.members(member, [&](std::string_view key, Element text) {
      std::string wanted;
      reader.read(text, wanted);
      out.requirements.push_back({.key = std::string(key), .op = "In", .values = {std::move(wanted)}});
    });
  });
}

void read_spec_template(codec::Reader& reader, Element value, DaemonSet& out) {
  std::string_view raw;
  reader.raw(value, raw);
  if (!reader.ok()) return;
  auto pod_template = read_template(raw);
  if (!pod_template) return reader.fail(pod_template.error());
  out.pod_template = std::move(*pod_template);
  out.revision_data = revision_data(out.pod_template);
}

void read_spec(codec::Reader& reader, Element value, DaemonSet& out) {
  constexpr std::array<std::string_view, 5> names{"selector", "template", "updateStrategy", "minReadySeconds",
                                                  "revisionHistoryLimit"};
  reader.object(value, names, [&](std::size_t name, Element member) {
    switch (name) {
      case 0:
        return read_selector(reader, member, out.selector);
      case 1:
        return read_spec_template(reader, member, out);
      case 2:
        return read_strategy(reader, member, out.strategy);
      case 3:
        return reader.read(member, out.min_ready_seconds);
      default:
        return reader.read(member, out.revision_history_limit);
    }
  });
}

void read_condition(codec::Reader& reader, Element value, std::vector<Condition>& out) {
  constexpr std::array<std::string_view, 5> names{"type", "status", "reason", "message", "lastTransitionTime"};
  Condition condition;
  const std::array<std::string*, 5> texts{&condition.type, &condition.status, &condition.reason, &condition.message,
                                          &condition.last_transition_time};
  reader.object(value, names, [&](std::size_t name, Element member) { reader.read(member, *texts[name]); });
  const bool known = condition.type == condition_progressing || condition.type == condition_degraded;
  if (known) out.push_back(std::move(condition));
}

void read_status(codec::Reader& reader, Element value, DaemonSet& out) {
  constexpr std::array<std::string_view, 10> names{
      "currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady",    "observedGeneration",
      "updatedNumberScheduled", "numberAvailable",    "numberUnavailable",      "collisionCount", "conditions"};
  DaemonSetStatus& status = out.status;
  const std::array<std::int64_t*, 8> counters{&status.current_number_scheduled, &status.number_misscheduled,
                                              &status.desired_number_scheduled, &status.number_ready,
                                              &status.observed_generation,      &status.updated_number_scheduled,
                                              &status.number_available,         &status.number_unavailable};
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name < counters.size()) return reader.read(member, *counters[name]);
    if (name == 8) return reader.read(member, out.collision_count.emplace());
    reader.array(member, [&](Element condition) { read_condition(reader, condition, out.conditions); });
  });
}

}  // namespace

ObjectMeta read(codec::Reader& reader, Element value, DaemonSet& out) {
  constexpr std::array<std::string_view, 3> names{"metadata", "spec", "status"};
  ObjectMetadata metadata;
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name == 0) return read(reader, member, metadata, &out.annotations, &out.foreign_status);
    if (name == 1) return read_spec(reader, member, out);
    read_status(reader, member, out);
  });
  require_name(reader, metadata);
  copy_identity(metadata, out);
  out.generation = metadata.generation;
  return metadata.identity;
}

std::expected<DaemonSet, std::string> read_daemon_set(const std::string& json, codec::Document& document) {
  return read_whole<DaemonSet>(json, document);
}

}  // namespace everynode::objects
