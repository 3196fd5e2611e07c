#include "everynode/webhook/policy_file.hpp"

#include <memory>

#include "everynode/codec/document.hpp"
#include "everynode/files/yaml.hpp"
#include "everynode/objects/decode.hpp"
#include "everynode/objects/validation.hpp"

namespace everynode::webhook {
namespace {

using codec::field;
using codec::JsonValue;

void read_network_unavailable(JsonValue value, admission::Policy& policy) {
  std::string_view word;
  read(value, word);
  const auto parsed = parse_network_unavailable(word);
  if (!parsed) return value.fail("expected always, host-network or never");
  policy.network_unavailable = *parsed;
}

void read_owner_kind(JsonValue value, admission::GroupKind& out, codec::Texts& texts) {
  codec::read_fields(value, field<"group">(out.group), field<"kind">(out.kind));
  out = {.group = texts.keep(out.group), .kind = texts.keep(out.kind)};
  if (out.kind.empty()) value.fail("kind is missing");
}

void read_toleration(JsonValue value, objects::Toleration& out, codec::Texts& texts) {
  objects::read(value, out);
  out.key = texts.keep(out.key);
  out.op = texts.keep(out.op);
  out.value = texts.keep(out.value);
  out.effect = texts.keep(out.effect);
  if (const auto valid = objects::check(out); !valid) value.fail(valid.error());
}

}  // namespace

std::expected<admission::Policy, codec::Mistake> read_policy(const std::string& yaml) {
  const auto documents = files::read_documents(yaml, files::DuplicateKeys::refused);
  if (!documents) return std::unexpected(documents.error());
  if (documents->empty()) return codec::mistake("it is empty; write {} for a policy without wishes");
  if (documents->size() > 1)
    return codec::mistake("a second document; expected one, with all fields in it",
                          "line " + std::to_string((*documents)[1].line));
  const std::string& json = documents->front().json;
  admission::Policy policy;
  const auto texts = std::make_shared<codec::Texts>();
  codec::Document document;
  const auto read_root = [&](JsonValue root) {
    codec::read_fields(
        root, codec::visit<"networkUnavailable">([&](JsonValue word) { read_network_unavailable(word, policy); }),
        codec::visit_each<"ownerKinds">(
            [&](JsonValue kind) { read_owner_kind(kind, policy.owner_kinds.emplace_back(), *texts); }),
        codec::visit_each<"tolerations">(
            [&](JsonValue one) { read_toleration(one, policy.tolerations.emplace_back(), *texts); }));
  };
  auto whole = document.read(json, read_root, codec::UnknownFields::refused);
  if (!whole) return std::unexpected(std::move(whole.error()));
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
