#include "everynode/app/policy_file.hpp"

#include <algorithm>
#include <array>

#include "everynode/app/yaml.hpp"
#include "everynode/core/decode.hpp"
#include "everynode/core/document.hpp"
#include "everynode/core/validation.hpp"

namespace everynode::app {
namespace {

using Element = core::Reader::Element;

/// A policy is written by hand: a field that we do not know is a typing error, not a field of next year.
template <std::size_t N>
void refuse_unknown(core::Reader& reader, Element value, const std::array<std::string_view, N>& names) {
  simdjson::dom::object members;
  if (value.get(members) != simdjson::SUCCESS) return reader.fail("expected an object");
  for (const auto& [name, member] : members) {
    if (std::ranges::find(names, name) == names.end()) return reader.fail("unknown field \"" + std::string(name) + "\"");
  }
}

void read_network_unavailable(core::Reader& reader, Element value, admission::Policy& policy) {
  std::string word;
  reader.read(value, word);
  const auto parsed = parse_network_unavailable(word);
  if (!parsed) return reader.fail("expected always, host-network or never");
  policy.network_unavailable = *parsed;
}

void read_owner_kinds(core::Reader& reader, Element value, admission::Policy& policy) {
  constexpr std::array<std::string_view, 2> names{"group", "kind"};
  reader.array(value, [&](Element element) {
    core::GroupKind& kind = policy.owner_kinds.emplace_back();
    refuse_unknown(reader, element, names);
    reader.object(element, names, [&](std::size_t name, Element member) {
      reader.read(member, name == 0 ? kind.group : kind.kind);
    });
    if (kind.kind.empty()) reader.fail("kind is missing");
  });
}

void read_tolerations(core::Reader& reader, Element value, admission::Policy& policy) {
  constexpr std::array<std::string_view, 5> names{"key", "operator", "value", "effect", "tolerationSeconds"};
  reader.array(value, [&](Element element) {
    core::Toleration& toleration = policy.tolerations.emplace_back();
    refuse_unknown(reader, element, names);
    core::read(reader, element, toleration);
    const std::string problem = core::problem_with(toleration);
    if (!problem.empty()) reader.fail(problem);
  });
}

}  // namespace

std::expected<admission::Policy, std::string> read_policy(const std::string& yaml) {
  const auto json = yaml_to_json(yaml);
  if (!json) return std::unexpected(json.error());
  core::Document document;
  const auto root = document.parse(*json);
  if (!root) return std::unexpected(root.error());
  admission::Policy policy;
  if (root->is_null()) return policy;  // an empty file
  constexpr std::array<std::string_view, 3> names{"networkUnavailable", "ownerKinds", "tolerations"};
  core::Reader reader;
  refuse_unknown(reader, *root, names);
  reader.object(*root, names, [&](std::size_t name, Element member) {
    if (name == 0) read_network_unavailable(reader, member, policy);
    if (name == 1) read_owner_kinds(reader, member, policy);
    if (name == 2) read_tolerations(reader, member, policy);
  });
  if (!reader.ok()) return std::unexpected(reader.error());
  return policy;
}

std::optional<admission::NetworkUnavailable> parse_network_unavailable(std::string_view word) {
  if (word == "always") return admission::NetworkUnavailable::always;
  if (word == "host-network") return admission::NetworkUnavailable::host_network;
  if (word == "never") return admission::NetworkUnavailable::never;
  return std::nullopt;
}

}  // namespace everynode::app
