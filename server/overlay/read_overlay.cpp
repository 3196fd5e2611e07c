#include <algorithm>
#include <array>
#include <cstdlib>

#include "everynode/objects/decode.hpp"
#include "everynode/overlay/overlay.hpp"

namespace everynode::overlay {

using codec::field;
using codec::JsonValue;
using codec::read_fields;
using codec::visit;

namespace {

constexpr std::array<std::string_view, 3> resource_names{"cpu", "memory", "ephemeral-storage"};

constexpr std::int64_t highest_priority = 1'000'000'000;

/// More elements than any overlay has.
constexpr std::size_t most_elements = 10'000;

/// Whether one of the list has this key already.
template <class List, class Key, class Member>
bool has(const List& list, const Key& key, Member member) {
  return std::ranges::find(list, key, member) != list.end();
}

/// A variable's name as every version of Kubernetes takes it (apimachinery's IsEnvVarName).
bool is_variable(std::string_view name) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto other = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_';
  };
  if (name.empty() || digit(name.front()) || name == "." || name.starts_with("..")) return false;
  return std::ranges::all_of(name, [&](char c) { return digit(c) || other(c); });
}

void read_positive(JsonValue value, Quantity& out) {
  read(value, out);
  if (value.reader.ok() && out < Quantity()) value.fail("expected no negative amount");
}

void read_amount(JsonValue value, Amount& out) {
  const auto into = [](std::optional<Quantity>& place) {
    return [&place](JsonValue amount) { read_positive(amount, place.emplace()); };
  };
  read_fields(value, visit<"percentOfAllocatable">(into(out.percent_of_allocatable)), visit<"base">(into(out.base)),
              visit<"perPod">(into(out.per_pod)), visit<"min">(into(out.min)), visit<"max">(into(out.max)));
  if (!value.reader.ok()) return;
  if (!out.percent_of_allocatable && !out.base && !out.per_pod)
    return value.fail("expected one of percentOfAllocatable, base and perPod");
  if (out.min && out.max && *out.max < *out.min) value.fail("min is above max");
}

void read_amounts(JsonValue value, std::vector<std::pair<Resource, Amount>>& out) {
  codec::visit_members(value, [&](std::string_view name, JsonValue amount) {
    const auto* const known = std::ranges::find(resource_names, name);
    if (known == resource_names.end())
      return amount.fail("an overlay may set cpu, memory and ephemeral-storage, and no other resource");
    const auto resource = static_cast<Resource>(known - resource_names.begin());
    if (has(out, resource, &std::pair<Resource, Amount>::first)) return amount.fail("duplicate key");
    read_amount(amount, out.emplace_back(resource, Amount()).second);
  });
}

void read_image(JsonValue value, std::optional<std::string>& out) {
  constexpr std::string_view white_space = " \t\n\v\f\r";
  read(value, out);
  if (!value.reader.ok()) return;
  const bool bare = !out->empty() && !white_space.contains(out->front()) && !white_space.contains(out->back());
  if (!bare) value.fail("expected the name of an image without white space around it");
}

void read_variable(JsonValue value, Variable& out) {
  std::array<std::optional<std::string>, 3> sources;  // in the order of Variable::Source
  read_fields(value, field<"name">(out.name), field<"value">(sources[0]), field<"nodeLabel">(sources[1]),
              field<"nodeAnnotation">(sources[2]));
  if (!value.reader.ok()) return;
  if (!is_variable(out.name)) return value.fail("expected the name of a variable");
  if (std::ranges::count_if(sources, [](const auto& source) { return source.has_value(); }) != 1)
    return value.fail("expected one of value, nodeLabel and nodeAnnotation");
  const auto* const given = std::ranges::find_if(sources, [](const auto& source) { return source.has_value(); });
  out.source = static_cast<Variable::Source>(given - sources.begin());
  out.text = **given;
}

void read_container(JsonValue value, DaemonSetOverlay& overlay) {
  ContainerOverlay out;
  const auto read_resources = [&](JsonValue resources) {
    read_fields(resources, visit<"requests">([&](JsonValue amounts) { read_amounts(amounts, out.requests); }),
                visit<"limits">([&](JsonValue amounts) { read_amounts(amounts, out.limits); }));
  };
  const auto read_one = [&](JsonValue variable) {
    Variable read;
    read_variable(variable, read);
    if (has(out.env, read.name, &Variable::name)) return variable.fail("the same variable again");
    out.env.push_back(std::move(read));
  };
  read_fields(value, field<"name">(out.name), visit<"image">([&](JsonValue image) { read_image(image, out.image); }),
              field<"args">(out.args), codec::visit_each<"env">(read_one), visit<"resources">(read_resources));
  if (!value.reader.ok()) return;
  if (out.name.empty()) return value.fail("name is missing");
  if (has(overlay.containers, out.name, &ContainerOverlay::name)) return value.fail("the same container again");
  overlay.containers.push_back(std::move(out));
}

/// As the CustomResourceDefinition has it.
void read_selector(JsonValue value, objects::LabelSelector& out) {
  objects::read(value, out);
  if (!value.reader.ok()) return;
  const bool fits = std::ranges::all_of(out.requirements, [](const objects::LabelSelectorRequirement& one) {
    return (one.op == "In" || one.op == "NotIn") != one.values.empty();
  });
  if (!fits) value.fail("In and NotIn need values, Exists and DoesNotExist take none");
}

/// An overlay with a field that we do not know is refused: the field may be what keeps it away from a pod.
void read_spec(JsonValue value, DaemonSetOverlay& out) {
  codec::Reader strict(codec::UnknownFields::refused, most_elements, value.reader.escapes());
  bool selects = false;
  const auto read_daemon_sets = [&](JsonValue selector) {
    selects = true;
    read_selector(selector, out.daemon_sets);
  };
  const auto read_nodes = [&](JsonValue selector) { read_selector(selector, out.nodes.emplace()); };
  const auto read_one = [&](JsonValue container) { read_container(container, out); };
  read_fields(JsonValue{strict, value.element}, visit<"daemonSets">(read_daemon_sets), visit<"nodes">(read_nodes),
              field<"priority">(out.priority), codec::visit_each<"containers">(read_one),
              field<"priorityClassName">(out.priority_class_name));
  if (!strict.ok()) return value.fail(strict.mistake().text());
  if (std::abs(out.priority) > highest_priority) return value.fail("priority is beyond a billion");
  if (!selects) value.fail("daemonSets is missing; {} selects all");
}

void read_time(JsonValue value, objects::Time& out) {
  std::string_view text;
  read(value, text);
  const auto time = objects::parse_time(text);
  if (!time) return value.fail("expected a time (RFC 3339)");
  out = *time;
}

/// An entry of managedFields.
void read_write(JsonValue value, objects::Time& changed) {
  std::string_view time;
  std::string_view subresource;
  read_fields(value, field<"time">(time), field<"subresource">(subresource));
  if (subresource.empty()) changed = std::max(changed, objects::parse_time(time).value_or(objects::Time{}));
}

void read_refusal(JsonValue value, RefusalSummary& out) {
  read_fields(value, field<"reason">(out.reason), field<"pods">(out.pods), field<"pod">(out.pod));
}

void read_condition(JsonValue value, objects::Condition& out) {
  read_fields(value, field<"type">(out.type), field<"status">(out.status), field<"reason">(out.reason),
              field<"message">(out.message), field<"lastTransitionTime">(out.last_transition_time));
}

void read_status(JsonValue value, OverlayStatus& out) {
  read_fields(
      value, field<"observedGeneration">(out.observed_generation), field<"daemonSets">(out.daemon_sets),
      field<"pods">(out.pods), field<"outdated">(out.outdated), field<"refused">(out.refused),
      codec::visit_each<"refusals">([&](JsonValue one) { read_refusal(one, out.refusals.emplace_back()); }),
      codec::visit_each<"conditions">([&](JsonValue one) { read_condition(one, out.conditions.emplace_back()); }));
}

}  // namespace

std::string_view name_of(Resource resource) {
  return resource_names.at(static_cast<std::size_t>(resource));
}

objects::ObjectMeta read(JsonValue value, DaemonSetOverlay& out) {
  objects::ObjectMeta identity;
  bool specified = false;
  const auto read_metadata = [&](JsonValue metadata) {
    read_fields(metadata, field<"name">(identity.name), field<"namespace">(identity.namespace_),
                field<"uid">(identity.uid), field<"resourceVersion">(identity.resource_version),
                field<"generation">(out.generation),
                visit<"creationTimestamp">([&](JsonValue time) { read_time(time, out.created); }),
                codec::visit_each<"managedFields">([&](JsonValue entry) { read_write(entry, out.changed); }));
  };
  const auto read_whole_spec = [&](JsonValue spec) {
    specified = true;
    read_spec(spec, out);
  };
  read_fields(value, visit<"metadata">(read_metadata), visit<"spec">(read_whole_spec),
              visit<"status">([&](JsonValue status) { read_status(status, out.status); }));
  if (value.reader.ok() && identity.name.empty()) value.fail("metadata.name is missing");
  if (value.reader.ok() && !specified) value.fail("spec is missing");
  out.namespace_ = identity.namespace_;
  out.name = identity.name;
  out.uid = identity.uid;
  out.resource_version = identity.resource_version;
  return identity;
}

std::expected<DaemonSetOverlay, codec::Mistake> read_overlay(const std::string& json, codec::Document& document) {
  DaemonSetOverlay overlay;
  auto whole = document.read(json, [&](JsonValue root) { read(root, overlay); });
  if (!whole) return std::unexpected(std::move(whole.error()));
  return overlay;
}

}  // namespace everynode::overlay
