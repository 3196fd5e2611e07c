#include "everynode/objects/encode.hpp"

#include "everynode/codec/json_text.hpp"

namespace everynode::objects {
namespace {

constexpr std::size_t usual = 128;  ///< bytes of a toleration or a requirement

void append_unless_empty(std::string& out, std::string_view name, std::string_view value) {
  if (!value.empty()) codec::append_text(out, name, value);
}

}  // namespace

std::string to_json(const Toleration& toleration) {
  std::string out;
  out.reserve(usual);
  out += '{';
  append_unless_empty(out, "key", toleration.key);
  append_unless_empty(out, "operator", toleration.op);
  append_unless_empty(out, "value", toleration.value);
  append_unless_empty(out, "effect", toleration.effect);
  if (toleration.toleration_seconds) codec::append_number(out, "tolerationSeconds", *toleration.toleration_seconds);
  out += '}';
  return out;
}

std::string to_json(const Tolerations& tolerations) {
  std::string out;
  out.reserve(usual * tolerations.size());
  out += '[';
  for (const Toleration& toleration : tolerations) {
    if (out.size() > 1) out += ',';
    out += to_json(toleration);
  }
  out += ']';
  return out;
}

std::string to_json(const NodeSelectorRequirement& requirement) {
  std::string out;
  out.reserve(usual);
  out += '{';
  append_unless_empty(out, "key", requirement.key);
  append_unless_empty(out, "operator", requirement.op);
  codec::append_member(out, "values");
  out += '[';
  for (const std::string_view value : requirement.values) {
    if (out.back() != '[') out += ',';
    codec::append_quoted(out, value);
  }
  out += "]}";
  return out;
}

}  // namespace everynode::objects
