#include "spec_parts.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace everynode::objects {

using codec::field;
using codec::JsonValue;
using codec::read_fields;

namespace {

void read_requirement(JsonValue value, LabelSelectorRequirement& out) {
  read_fields(value, field<"key">(out.key), field<"operator">(out.op), field<"values">(out.values));
  // An operator that we do not know would match nothing, and all pods would be released.
  constexpr std::array<std::string_view, 4> known{"In", "NotIn", "Exists", "DoesNotExist"};
  if (std::ranges::find(known, out.op) == known.end()) {
    value.fail("expected the operator In, NotIn, Exists or DoesNotExist");
  }
}

}  // namespace

void read(JsonValue value, IntOrPercent& out) {
  simdjson::ondemand::json_type type{};
  if (value.element.type().get(type) == simdjson::SUCCESS && type == simdjson::ondemand::json_type::number) {
    return codec::read(value, out.value);
  }
  std::string_view text;
  codec::read(value, text);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.value);
  out.percent = error == std::errc{} && std::string_view(end, text.data() + text.size()) == "%";
  if (!out.percent) value.fail("expected a number or a percentage");
}

void read(JsonValue value, LabelSelector& out) {
  const auto read_labels = [&](JsonValue labels) {
    codec::visit_members(labels, [&](std::string_view key, JsonValue text) {
      std::string wanted;
      codec::read(text, wanted);
      out.requirements.push_back({.key = std::string(key), .op = "In", .values = {std::move(wanted)}});
    });
  };
  const auto read_expression = [&](JsonValue one) { read_requirement(one, out.requirements.emplace_back()); };
  read_fields(value, codec::visit<"matchLabels">(read_labels), codec::visit_each<"matchExpressions">(read_expression));
}

void read(JsonValue value, Condition& out) {
  read_fields(value, field<"type">(out.type), field<"status">(out.status), field<"reason">(out.reason),
              field<"message">(out.message), field<"lastTransitionTime">(out.last_transition_time));
}

}  // namespace everynode::objects
