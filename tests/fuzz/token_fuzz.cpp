// Tokens, whole and in parts: nobody is let in without the key, and each refusal has its reason.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "authentication/token.hpp"
#include "everynode/authentication/authenticate.hpp"
#include "everynode/codec/base64.hpp"
#include "require.hpp"

using namespace everynode;
using fuzz::require;
using namespace std::chrono_literals;

namespace {

std::string base64url(const std::string& bytes) {
  std::string text = codec::encode_base64(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  text.erase(std::ranges::find(text, '='), text.end());
  require(codec::decode_base64url(text) == bytes);
  return text;
}

/// The keys "a" and "b": the generators of P-256 and P-384.
authentication::TokenTrust trust() {
  auto keys = authentication::Keys::read(
      R"({"keys":[{"kty":"EC","kid":"a","crv":"P-256","x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",)"
      R"("y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"},{"kty":"EC","kid":"b","crv":"P-384",)"
      R"("x":"qofKIr6LBTeOscce8yCtdG4dO2KLp5uYWfdB4IJUKjhVAvJdv1UpbDpUXjhydgq3",)"
      R"("y":"NhfeSpYmLG9dnpi_kpLcKfj0Hb0omhR86doxE7XwuMAKYLHOHX6BnXpDHXyQ6g5f"}]})");
  return {.keys = std::move(keys.value()),
          .policy = {.issuer = "https://kubernetes.default.svc", .audiences = {"everynode"}, .subjects = {}}};
}

void check(const std::string& token) {
  static const authentication::TokenTrust known = trust();
  const auto verdict = authentication::judge_token(token, known, std::chrono::sys_seconds(1'800'000'000s));
  require(!verdict.allowed() && !verdict.detail.empty() && !verdict.detail.contains('\n'));
}

}  // namespace

/// As a token, as a header, and as the claims.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check(text);
  const std::string signature = base64url(std::string(64, '\1'));
  const std::string part = base64url(text);
  check(part + ".e30." + signature);
  check(base64url(R"({"alg":"ES256","kid":"a"})") + "." + part + "." + part);
  const auto claims = authentication::read_claims(text);
  require(claims || !claims.error().what.empty());
  return 0;
}
