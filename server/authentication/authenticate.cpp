#include "everynode/authentication/authenticate.hpp"

#include <algorithm>

#include "signature.hpp"
#include "token.hpp"

namespace everynode::authentication {
namespace {

bool is_one_of(const std::vector<std::string>& texts, std::string_view text) {
  return std::ranges::find(texts, text) != texts.end();
}

Verdict refused(Credential credential, Outcome outcome, std::string detail) {
  return {.credential = credential, .outcome = outcome, .detail = std::move(detail)};
}

Verdict allowed(Credential credential, std::chrono::sys_seconds until = {}) {
  return {.credential = credential, .outcome = Outcome::allowed, .detail = {}, .until = until};
}

std::string_view what_to_show(const Policy& policy) {
  if (policy.certificates && policy.tokens) return "show a client certificate or a token";
  return policy.tokens ? "show a token" : "show a client certificate";
}

Verdict judge_certificate(const http::ClientCertificate& certificate, const std::vector<std::string>& names) {
  if (!certificate.problem.empty())
    return refused(Credential::certificate, Outcome::untrusted,
                   "the client certificate is not trusted: " + certificate.problem);
  const auto is_allowed = [&](const std::string& name) { return is_one_of(names, name); };
  if (names.empty() || std::ranges::any_of(certificate.names, is_allowed)) return allowed(Credential::certificate);
  return refused(Credential::certificate, Outcome::not_allowed,
                 "the client certificate has none of the names that may ask");
}

/// The token of `Bearer TOKEN` (RFC 6750, 2.1), whose scheme may be written in any case (RFC 9110, 11.1).
std::optional<std::string_view> bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  const auto same = [](char a, char b) { return a == b || (a >= 'A' && a <= 'Z' && a - 'A' + 'a' == b); };
  if (authorization.size() <= scheme.size()) return std::nullopt;
  if (!std::ranges::equal(authorization.substr(0, scheme.size()), scheme, same)) return std::nullopt;
  return authorization.substr(scheme.size());
}

/// What is wrong with a token whose signature is good.
Verdict judge_claims(const Claims& claims, const TokenPolicy& policy, std::chrono::sys_seconds now) {
  constexpr auto credential = Credential::token;
  const std::int64_t seconds = now.time_since_epoch().count();
  if (policy.issuer.empty() || claims.issuer != policy.issuer)
    return refused(credential, Outcome::wrong_issuer, "the token comes from another issuer than " + policy.issuer);
  const auto is_ours = [&](const std::string& audience) { return is_one_of(policy.audiences, audience); };
  if (!std::ranges::any_of(claims.audiences, is_ours))
    return refused(credential, Outcome::wrong_audience, "the token is for another audience");
  if (!claims.expires || *claims.expires <= seconds - leeway.count())
    return refused(credential, Outcome::outdated, "the token has expired, or never does");
  if (claims.not_before && *claims.not_before > seconds + leeway.count())
    return refused(credential, Outcome::outdated, "the token is not valid yet");

  // Pods are of the core group. No token can name that alone (pkg/apis/authentication/validation).
  const bool for_each_group = is_one_of(claims.review_groups, "*");
  if (!claims.review_groups.empty() && !for_each_group)
    return refused(credential, Outcome::not_allowed, "the token is for reviews of other API groups");
  const bool attested = for_each_group && claims.for_mutating_webhooks;
  const bool named = is_one_of(policy.subjects, claims.subject);
  if (policy.subjects.empty() ? !attested : !named)
    return refused(credential, Outcome::not_allowed, "the token's service account may not ask");
  const std::int64_t end = std::min<std::int64_t>(*claims.expires, seconds + 365LL * 24 * 3600) + leeway.count();
  return allowed(credential, std::chrono::sys_seconds(std::chrono::seconds(end)));
}

Verdict judge_header(std::string_view authorization, const std::shared_ptr<const TokenTrust>& trust,
                     std::chrono::sys_seconds now, KnownTokens& known) {
  const auto text = bearer_token(authorization);
  if (!text) return refused(Credential::token, Outcome::malformed, "expected Authorization: Bearer, with a token");
  if (trust == nullptr) return refused(Credential::token, Outcome::no_keys, "we have no keys yet that verify tokens");
  if (known.has(*text, trust, now)) return allowed(Credential::token);
  Verdict verdict = judge_token(*text, *trust, now);
  if (verdict.allowed()) known.remember(*text, trust, verdict.until);
  return verdict;
}

}  // namespace

std::string_view name_of(Credential credential) {
  switch (credential) {
    case Credential::none:
      return "none";
    case Credential::certificate:
      return "certificate";
    case Credential::token:
      return "token";
  }
  return "";
}

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::allowed:
      return "allowed";
    case Outcome::missing:
      return "missing";
    case Outcome::untrusted:
      return "untrusted";
    case Outcome::malformed:
      return "malformed";
    case Outcome::no_keys:
      return "no_keys";
    case Outcome::unknown_key:
      return "unknown_key";
    case Outcome::bad_signature:
      return "bad_signature";
    case Outcome::wrong_issuer:
      return "wrong_issuer";
    case Outcome::wrong_audience:
      return "wrong_audience";
    case Outcome::outdated:
      return "outdated";
    case Outcome::not_allowed:
      return "not_allowed";
  }
  return "";
}

Verdict judge_token(std::string_view text, const TokenTrust& trust, std::chrono::sys_seconds now) {
  constexpr auto credential = Credential::token;
  const auto token = read_token(text);
  if (!token) return refused(credential, Outcome::malformed, "the token is malformed: " + token.error().text());
  if (!algorithm_of(token->algorithm))
    return refused(credential, Outcome::malformed, "the token is not signed with RS256, ES256, ES384 or ES512");
  const PublicKey* key = trust.keys.find(token->key, token->algorithm);
  // A key that signs by another algorithm is no reason to look for new keys.
  if (key == nullptr && !trust.keys.knows(token->key))
    return refused(credential, Outcome::unknown_key, "the token is signed by a key that we do not know");
  if (key == nullptr || !key->verifies(token->signed_, token->signature))
    return refused(credential, Outcome::bad_signature, "the token's signature is wrong");
  const auto claims = read_claims(token->claims);
  if (!claims) return refused(credential, Outcome::malformed, "the token is malformed: " + claims.error().text());
  return judge_claims(*claims, trust.policy, now);
}

Verdict judge(const http::Head& head, const Policy& policy, const std::shared_ptr<const TokenTrust>& trust,
              std::chrono::sys_seconds now, KnownTokens& known) {
  Verdict verdict;
  if (policy.certificates && head.certificate != nullptr) verdict = judge_certificate(*head.certificate, policy.names);
  if (!verdict.allowed() && policy.tokens && !head.authorization.empty())
    verdict = judge_header(head.authorization, trust, now, known);
  if (verdict.outcome == Outcome::missing) verdict.detail = what_to_show(policy);
  return verdict;
}

http::Response refusal(const Verdict& verdict, const Policy& policy) {
  const bool known = verdict.outcome == Outcome::not_allowed;
  http::Response response = http::failure(known ? http::Status::forbidden : http::Status::unauthorized, verdict.detail);
  // There is no registered scheme for certificates.
  if (!known && policy.tokens) response.headers.push_back({"WWW-Authenticate", "Bearer"});
  return response;
}

}  // namespace everynode::authentication
