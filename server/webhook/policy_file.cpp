#include "everynode/webhook/policy_file.hpp"

#include <array>
#include <memory>

#include "everynode/codec/document.hpp"
#include "everynode/files/yaml.hpp"
#include "everynode/objects/decode.hpp"
#include "everynode/objects/validation.hpp"

namespace everynode::webhook {
namespace {

using Element = codec::Reader::Element;

void read_network_unavailable(codec::Reader& reader, Element value, admission::Policy& policy) {
  std::string_view word;
  reader.read(value, word);
  const auto parsed = parse_network_unavailable(word);
  if (!parsed) return reader.fail("expected always, host-network or never");
  policy.network_unavailable = *parsed;
}

void read_owner_kinds(codec::Reader& reader, Element value, admission::Policy& policy, codec::Texts& texts) {
  constexpr std::array<std::string_view, 2> names{"group", "kind"};
  reader.array(value, [&](Element element) {
    admission::GroupKind& kind = policy.owner_kinds.emplace_back();
    reader.object(element, names,
                  [&](std::size_t name, Element member) { reader.read(member, name == 0 ? kind.group : kind.kind); });
    kind = {.group = texts.keep(kind.group), .kind = texts.keep(kind.kind)};
    if (kind.kind.empty()) reader.fail("kind is missing");
  });
}

void read_tolerations(codec::Reader& reader, Element value, admission::Policy& policy, codec::Texts& texts) {
  reader.array(value, [&](Element element) {
    objects::Toleration& toleration = policy.tolerations.emplace_back();
    objects::read(reader, element, toleration);
    toleration.key = texts.keep(toleration.key);
    toleration.op = texts.keep(toleration.op);
    toleration.value = texts.keep(toleration.value);
    toleration.effect = texts.keep(toleration.effect);
    const std::string problem = objects::problem_with(toleration);
    if (!problem.empty()) reader.fail(problem);
  });
}

}  // namespace

std::expected<admission::Policy, std::string> read_policy(const std::string& yaml) {
  const auto documents = files::read_documents(yaml, files::DuplicateKeys::refused);
  if (!documents) return std::unexpected(documents.error());
  if (documents->empty()) return std::unexpected("it is empty; write {} for a policy without wishes");
  if (documents->size() > 1)
    return std::unexpected("line " + std::to_string((*documents)[1].line) +
                           ": a second document; expected one, with all fields in it");
  const std::string& json = documents->front().json;
  admission::Policy policy;
  const auto texts = std::make_shared<codec::Texts>();
  constexpr std::array<std::string_view, 3> names{"networkUnavailable", "ownerKinds", "tolerations"};
  codec::Document document;
  const auto read_root = [&](codec::Reader& reader, Element root) {
    reader.object(root, names, [&](std::size_t name, Element member) {
      if (name == 0) read_network_unavailable(reader, member, policy);
      if (name == 1) read_owner_kinds(reader, member, policy, *texts);
      if (name == 2) read_tolerations(reader, member, policy, *texts);
    });
  };
  const std::string problem = document.read(json, read_root, codec::UnknownFields::refused);
  if (!problem.empty()) return std::unexpected(problem);
  policy.texts = texts;
  return policy;
}

std::optional<admission::NetworkUnavailable> parse_network_unavailable(std::string_view word) {
  if (word == "always") return admission::NetworkUnavailable::always;
  if (word == "host-network") return admission::NetworkUnavailable::host_network;
  if (word == "never") return admission::NetworkUnavailable::never;
  return std::nullopt;
}

}  // namespace everynode::webhook
