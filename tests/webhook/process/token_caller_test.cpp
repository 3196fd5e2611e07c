// Who may ask for mutations, where clients are asked for tokens; and the keys that verify them.
#include <functional>
#include <mutex>

#include "callers.hpp"
#include "fake_api_server.hpp"
#include "token.hpp"

namespace everynode::support {
namespace {

class TokenCallers : public Callers {
 protected:
  void begin_with_keys(std::vector<std::string> more = {}) {
    put("keys.json", key_set(key_.jwk()));
    more.insert(more.begin(),
                {"--token-audiences", "everynode", "--token-issuer", "https://issuer", "--token-allowed-subjects",
                 "system:serviceaccount:a:b", "--token-keys-file", path("keys.json")});
    begin(std::move(more));
  }

  [[nodiscard]] static std::string bearer(const SigningKey& key, const std::string& subject = "b",
                                          std::chrono::seconds life = 600s, const std::string& audience = "everynode") {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch();
    return "Authorization: Bearer " +
           key.token(R"({"iss":"https://issuer","aud":[")" + audience + R"("],"sub":"system:serviceaccount:a:)" +
                     subject + R"(","exp":)" + std::to_string((now + life).count()) + "}") +
           "\r\n";
  }

  SigningKey key_{"first", "ES256"};
};

TEST_F(TokenCallers, NeedATokenOfTheCluster) {
  begin_with_keys();
  const std::string good = bearer(key_);
  TlsPeer kept = peer();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(kept, good), 200);
  EXPECT_EQ(asked(nullptr), 401);
  EXPECT_EQ(asked(nullptr, bearer(key_, "c")), 403);
  EXPECT_EQ(asked(nullptr, bearer(key_, "b", -600s)), 401);
  EXPECT_EQ(asked(nullptr, bearer(key_, "b", 600s, "other")), 401);
  EXPECT_EQ(asked(nullptr, bearer(SigningKey("first", "ES256"))), 401);
  for (const std::string garbage : {"Bearer", "Bearer a.b.c", "Bearer ....", "Basic YTpi", "x"})
    EXPECT_EQ(asked(nullptr, "Authorization: " + garbage + "\r\n"), 401) << garbage;
  expect_counted(R"(credential="token",result="allowed")", 3);
  expect_counted(R"(credential="token",result="not_allowed")", 1);
  expect_counted(R"(credential="token",result="outdated")", 1);
  expect_counted(R"(credential="token",result="wrong_audience")", 1);
  expect_counted(R"(credential="token",result="bad_signature")", 1);
  expect_counted(R"(credential="token",result="malformed")", 5);
  EXPECT_FALSE(webhook_->log().contains(good.substr(22, 30))) << "no token is in the log";
}

TEST_F(TokenCallers, FollowTheFileOfKeys) {
  begin_with_keys();
  const SigningKey next("next", "RS256");
  const std::string old_token = bearer(key_);
  const std::string new_token = bearer(next);
  TlsPeer kept = peer();
  EXPECT_EQ(ask(kept, old_token), 200);
  EXPECT_EQ(asked(nullptr, new_token), 401);
  std::size_t before = webhook_->log().size();
  put("keys.json", key_set(key_.jwk() + "," + next.jwk()));
  EXPECT_TRUE(webhook_->logs("keys of tokens in force", before)) << webhook_->log();
  EXPECT_EQ(ask(kept, old_token), 200);
  EXPECT_EQ(ask(kept, new_token), 200);
  before = webhook_->log().size();
  put("keys.json", "{");
  EXPECT_TRUE(webhook_->logs("keys.json: ", before)) << webhook_->log();
  EXPECT_EQ(ask(kept, old_token), 200) << "what was in force stays so";
  before = webhook_->log().size();
  put("keys.json", key_set(next.jwk()));
  EXPECT_TRUE(webhook_->logs("keys of tokens in force", before)) << webhook_->log();
  EXPECT_EQ(ask(kept, new_token), 200);
  EXPECT_EQ(ask(kept, old_token), 401) << "its key has gone, and it was known before";
}

TEST_F(TokenCallers, MayShowACertificateInstead) {
  put("client-ca.crt", authority_.chain);
  begin_with_keys({"--tls-client-ca-file", path("client-ca.crt")});
  const Certificate good = client("a");
  EXPECT_EQ(asked(&good), 200);
  EXPECT_EQ(asked(nullptr, bearer(key_)), 200);
  EXPECT_EQ(asked(nullptr), 401);
}

/// An API server that serves keys, and nothing else.
class FetchedKeys : public TokenCallers {
 protected:
  void begin_with_server() {
    put("kubeconfig", R"({"apiVersion":"v1","kind":"Config","current-context":"c","contexts":[{"name":"c","context":)"
                      R"({"cluster":"c"}}],"clusters":[{"name":"c","cluster":{"server":"http://127.0.0.1:)" +
                          std::to_string(server_.port()) + R"("}}]})");
    begin({"--token-audiences", "everynode", "--token-allowed-subjects", "system:serviceaccount:a:b", "--kubeconfig",
           path("kubeconfig")});
  }

  void serve(unsigned status, const std::string& keys) {
    const std::lock_guard lock(mutex_);
    status_ = status;
    keys_ = keys;
  }
  [[nodiscard]] std::size_t fetches() const {
    const auto requests = server_.requests();
    return static_cast<std::size_t>(std::ranges::count(requests, "/openid/v1/jwks", &ApiRequest::target));
  }
  /// Asks until the answer has this status, for 15 s at most.
  [[nodiscard]] bool becomes(int status, const std::string& header) const {
    return comes_true([&] { return asked(nullptr, header) == status; });
  }
  /// The probe learns of keys a moment after they are in force.
  [[nodiscard]] bool becomes_ready() const {
    return comes_true([&] { return page("/readyz").contains("[+]token-keys ok"); });
  }

 private:
  static bool comes_true(const std::function<bool()>& holds) {
    for (int i = 0; i < 150; ++i) {
      if (holds()) return true;
      std::this_thread::sleep_for(100ms);
    }
    return false;
  }
  ApiAnswer answer(const ApiRequest& request) {
    const std::lock_guard lock(mutex_);
    if (status_ != 200) return {.status = status_, .body = R"({"kind":"Status","message":"not now"})"};
    if (request.is("GET", "/.well-known/openid-configuration")) return {.body = R"({"issuer":"https://issuer"})"};
    if (!request.is("GET", "/openid/v1/jwks")) return {.status = 404};
    const bool accepted = request.headers.at("accept").contains("*/*");  // a real one refuses who accepts JSON only
    return accepted ? ApiAnswer{.body = keys_} : ApiAnswer{.status = 406};
  }

  std::mutex mutex_;
  unsigned status_ = 200;
  std::string keys_ = key_set(key_.jwk());
  FakeApiServer server_{[this](const ApiRequest& request) { return answer(request); }};
};

TEST_F(FetchedKeys, AreThoseOfTheApiServer) {
  begin_with_server();
  EXPECT_TRUE(webhook_->logs("keys of tokens in force")) << webhook_->log();
  EXPECT_EQ(asked(nullptr, bearer(key_)), 200);
  EXPECT_EQ(asked(nullptr), 401);
  EXPECT_TRUE(becomes_ready());
}

TEST_F(FetchedKeys, AreWaitedFor) {
  serve(403, "");
  begin_with_server();
  EXPECT_TRUE(webhook_->logs("403 not now; the ClusterRole system:service-account-issuer-discovery"))
      << webhook_->log();
  EXPECT_TRUE(page("/readyz").contains("[-]token-keys failed"));
  EXPECT_EQ(asked(nullptr, bearer(key_)), 401);
  expect_counted(R"(credential="token",result="no_keys")", 1);
  serve(200, key_set(key_.jwk()));
  EXPECT_TRUE(becomes(200, bearer(key_)));
}

// Whoever sends tokens with keys that nobody knows must not make us ask the API server each time.
TEST_F(FetchedKeys, AreFetchedAgainForAnUnknownOneButNotOften) {
  begin_with_server();
  EXPECT_TRUE(becomes(200, bearer(key_)));
  const SigningKey next("next", "ES384");
  serve(200, key_set(key_.jwk() + "," + next.jwk()));
  const std::size_t before = fetches();
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(becomes(200, bearer(next)));
  const auto tens = static_cast<std::size_t>((std::chrono::steady_clock::now() - began) / 10s);
  EXPECT_GE(fetches(), before + 1);
  EXPECT_LE(fetches(), before + 1 + tens);
  EXPECT_EQ(asked(nullptr, bearer(key_)), 200);
}

TEST_F(FetchedKeys, StayInForceWhileTheApiServerIsAway) {
  begin_with_server();
  EXPECT_TRUE(becomes(200, bearer(key_)));
  serve(500, "");
  EXPECT_FALSE(asked(nullptr, bearer(SigningKey("next", "ES256"))) == 200);
  EXPECT_TRUE(webhook_->logs("500 not now")) << webhook_->log();
  EXPECT_EQ(asked(nullptr, bearer(key_)), 200);
  EXPECT_TRUE(becomes_ready());
}

}  // namespace
}  // namespace everynode::support
