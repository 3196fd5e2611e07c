#include "everynode/authentication/keys.hpp"

#include <algorithm>

#include "everynode/codec/base64.hpp"
#include "everynode/codec/document.hpp"
#include "signature.hpp"

namespace everynode::authentication {
namespace {

using codec::field;
using codec::JsonValue;

constexpr std::size_t most_keys = 64;

/// The members of a key (RFC 7517, section 4; RFC 7518, section 6) that we use.
struct Member {
  std::string type;
  std::string use;
  std::string algorithm;
  std::string id;
  std::string curve;
  std::string n, e, x, y;  ///< bytes
  bool is_private = false;
};

void read_bytes(JsonValue value, std::string& out) {
  std::string_view text;
  read(value, text);
  auto bytes = codec::decode_base64url(text);
  if (!bytes) return value.fail("expected base64url");
  out = std::move(*bytes);
}

void read(JsonValue value, Member& member) {
  const auto bytes_of = [](std::string& out) { return [&out](JsonValue text) { read_bytes(text, out); }; };
  codec::read_fields(value, field<"kty">(member.type), field<"use">(member.use), field<"alg">(member.algorithm),
                     field<"kid">(member.id), field<"crv">(member.curve), codec::visit<"n">(bytes_of(member.n)),
                     codec::visit<"e">(bytes_of(member.e)), codec::visit<"x">(bytes_of(member.x)),
                     codec::visit<"y">(bytes_of(member.y)),
                     codec::visit<"d">([&](JsonValue) { member.is_private = true; }));
}

/// Whether we could use the key, if it is right: others are for somebody else (RFC 7517, section 5).
bool is_ours(const Member& member) {
  if (member.id.empty() || (!member.use.empty() && member.use != "sig")) return false;
  if (member.type == "RSA") return member.algorithm.empty() || member.algorithm == "RS256";
  const auto algorithm = algorithm_of_curve(member.curve);
  return member.type == "EC" && algorithm && (member.algorithm.empty() || algorithm_of(member.algorithm) == algorithm);
}

PublicKey::Made make(const Member& member) {
  if (member.is_private) return codec::mistake("it is a private key (d)");
  if (member.type == "RSA") return PublicKey::rsa(member.n, member.e);
  return PublicKey::elliptic(*algorithm_of_curve(member.curve), member.x, member.y);
}

}  // namespace

std::expected<Keys, codec::Mistake> Keys::read(const std::string& jwks) {
  std::vector<Member> members;
  codec::Document document;
  const auto read_key = [&](JsonValue value) {
    if (members.size() == most_keys) return value.fail("more than 64 keys");
    authentication::read(value, members.emplace_back());
  };
  const auto whole =
      document.read(jwks, [&](JsonValue root) { codec::read_fields(root, codec::visit_each<"keys">(read_key)); });
  if (!whole) return std::unexpected(whole.error());
  Keys keys;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (!is_ours(members[i])) continue;
    auto key = make(members[i]);
    if (!key) return std::unexpected(std::move(key.error()).inside("keys[" + std::to_string(i) + "]"));
    keys.keys_.push_back({.id = std::move(members[i].id), .key = std::move(*key)});
  }
  if (keys.keys_.empty()) return codec::mistake("there is none for RS256, ES256, ES384 or ES512 with a kid", "keys");
  return keys;
}

const PublicKey* Keys::find(std::string_view id, std::string_view algorithm) const {
  const auto wanted = algorithm_of(algorithm);
  for (const Entry& entry : keys_) {
    if (wanted && entry.id == id && entry.key->algorithm() == *wanted) return entry.key.get();
  }
  return nullptr;
}

bool Keys::knows(std::string_view id) const {
  return std::ranges::find(keys_, id, &Entry::id) != keys_.end();
}

}  // namespace everynode::authentication
