#include "token.hpp"

#include "everynode/codec/base64.hpp"
#include "everynode/codec/document.hpp"

namespace everynode::authentication {
namespace {

using codec::field;
using codec::JsonValue;

/// One text, or a list of them (RFC 7519, 4.1.3).
void read_audience(JsonValue value, std::vector<std::string>& out) {
  simdjson::ondemand::json_type type{};
  if (value.reader.failed(value.element.type().get(type))) return;
  if (type == simdjson::ondemand::json_type::string) return read(value, out.emplace_back());
  read(value, out);
}

void read_private(JsonValue value, Claims& claims) {
  const auto read_attestations = [&](JsonValue attestations) {
    codec::read_fields(attestations, field<"admissionReviewAPIGroups">(claims.review_groups));
  };
  codec::read_fields(
      value, codec::visit<"attestations">(read_attestations),
      codec::visit<"mutatingwebhookconfiguration">([&](JsonValue) { claims.for_mutating_webhooks = true; }));
}

std::expected<void, codec::Mistake> read_header(const std::string& header, Token& token) {
  std::optional<std::string> type;
  codec::Document document;
  const auto whole = document.read(header, [&](JsonValue root) {
    codec::read_fields(root, field<"alg">(token.algorithm), field<"kid">(token.key), field<"typ">(type),
                       codec::visit<"crit">([](JsonValue value) { value.fail("no extension is understood"); }));
  });
  if (!whole) return whole;
  if (type && *type != "JWT") return codec::mistake("expected JWT", "typ");
  if (token.algorithm.empty() || token.key.empty()) return codec::mistake("alg or kid is missing");
  return {};
}

}  // namespace

std::expected<Token, codec::Mistake> read_token(std::string_view text) {
  const auto first = text.find('.');
  const auto last = text.rfind('.');
  const bool three = first != std::string_view::npos && text.find('.', first + 1) == last && first != last;
  if (!three) return codec::mistake("it has not three parts with dots between");
  const auto header = codec::decode_base64url(text.substr(0, first));
  auto claims = codec::decode_base64url(text.substr(first + 1, last - first - 1));
  auto signature = codec::decode_base64url(text.substr(last + 1));
  if (!header || !claims || !signature) return codec::mistake("one of its parts is not base64url");
  Token token{.algorithm = {},
              .key = {},
              .signed_ = text.substr(0, last),
              .signature = std::move(*signature),
              .claims = std::move(*claims)};
  auto good = read_header(*header, token);
  if (!good) return std::unexpected(std::move(good.error()).inside("header"));
  return token;
}

std::expected<Claims, codec::Mistake> read_claims(const std::string& json) {
  Claims claims;
  codec::Document document;
  auto whole = document.read(json, [&](JsonValue root) {
    codec::read_fields(root, field<"iss">(claims.issuer), field<"sub">(claims.subject),
                       codec::visit<"aud">([&](JsonValue value) { read_audience(value, claims.audiences); }),
                       field<"exp">(claims.expires), field<"nbf">(claims.not_before),
                       codec::visit<"kubernetes.io">([&](JsonValue value) { read_private(value, claims); }));
  });
  if (!whole) return std::unexpected(std::move(whole.error()));
  return claims;
}

}  // namespace everynode::authentication
