// Who may ask for mutations, where clients are asked for certificates.
#include "callers.hpp"

namespace everynode::support {
namespace {

TEST_F(Callers, AreAskedNothingByDefault) {
  begin({});
  EXPECT_EQ(asked(nullptr), 200);
  EXPECT_EQ(asked(nullptr, "Authorization: Bearer nonsense\r\n"), 200);
  const Certificate unknown = self_signed("DNS:x");
  EXPECT_EQ(asked(&unknown), 200);
}

TEST_F(Callers, NeedACertificateOfTheAuthority) {
  begin_with_authority();
  const Certificate good = client("kube-apiserver");
  const Certificate own = self_signed("DNS:kube-apiserver");
  const Certificate other = make_certificate({.common_name = "clients", .usage = "", .is_authority = true});
  const Certificate of_other = make_certificate({.common_name = "kube-apiserver"}, &other);
  EXPECT_EQ(asked(&good), 200);
  EXPECT_EQ(asked(nullptr), 401);
  EXPECT_EQ(asked(nullptr, "Authorization: Basic YTpi\r\n"), 401);
  EXPECT_EQ(asked(&own), 401);
  EXPECT_EQ(asked(&of_other), 401) << "an authority of the same name has another key";
  EXPECT_TRUE(webhook_->logs("clients were turned away")) << webhook_->log();
  EXPECT_TRUE(webhook_->logs("missing=")) << webhook_->log();
  expect_counted(R"(credential="certificate",result="allowed")", 1);
  expect_counted(R"(credential="certificate",result="untrusted")", 2);
  expect_counted(R"(credential="none",result="missing")", 2);
}

TEST_F(Callers, NeedACertificateForClientsThatHasNotEnded) {
  begin_with_authority();
  const Certificate ended = make_certificate({.common_name = "a", .validity = -1h}, &authority_);
  const Certificate of_server = make_certificate({.common_name = "a", .usage = "serverAuth"}, &authority_);
  const Certificate leaf = client("not-an-authority");
  const Certificate of_leaf = make_certificate({.common_name = "a"}, &leaf);
  EXPECT_EQ(asked(&ended), 401);
  EXPECT_EQ(asked(&of_server), 401);
  const Certificate with_chain{.chain = of_leaf.chain + leaf.chain, .key = of_leaf.key};
  EXPECT_EQ(asked(&with_chain), 401);
}

TEST_F(Callers, MayBringTheAuthoritiesBetween) {
  begin_with_authority();
  const Certificate between =
      make_certificate({.common_name = "between", .usage = "", .is_authority = true}, &authority_);
  const Certificate leaf = make_certificate({.common_name = "a"}, &between);
  const Certificate with_chain{.chain = leaf.chain + between.chain, .key = leaf.key};
  EXPECT_EQ(asked(&with_chain), 200);
  EXPECT_EQ(asked(&leaf), 401);
}

TEST_F(Callers, NeedOneOfTheNames) {
  begin_with_authority({"--tls-client-allowed-names", "kube-apiserver,api.example.com"});
  const Certificate by_name = client("kube-apiserver");
  const Certificate by_alternative = client("x", "DNS:other,DNS:api.example.com");
  const Certificate wrong = client("kubelet", "DNS:kubelet");
  const Certificate longer = client("kube-apiserver2");
  EXPECT_EQ(asked(&by_name), 200);
  EXPECT_EQ(asked(&by_alternative), 200);
  EXPECT_EQ(asked(&wrong), 403);
  EXPECT_EQ(asked(&longer), 403);
  expect_counted(R"(credential="certificate",result="not_allowed")", 2);
}

TEST_F(Callers, OfProbesAndMetricsAreNotAsked) {
  begin_with_authority();
  const Certificate unknown = self_signed("DNS:x");
  for (const Certificate* own : {static_cast<const Certificate*>(nullptr), &unknown}) {
    for (const std::string path : {"/healthz", "/readyz"}) {
      TlsPeer probe = peer(own);
      probe.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
      EXPECT_EQ(status_of(probe.receive_until("ok\n")), 200) << path;
    }
  }
  EXPECT_TRUE(page("/readyz").contains("200 OK"));
}

// TLS 1.2 sends the client's certificate in the clear, but asks for it in the same way.
TEST_F(Callers, AreRecognisedInTls12AsWell) {
  begin_with_authority({"--tls-min-version", "1.2"});
  const Certificate good = client("a");
  TlsPeer old(webhook_->port(), {.newest = TLS1_2_VERSION, .own = &good});
  EXPECT_EQ(old.version(), "TLSv1.2");
  EXPECT_EQ(ask(old), 200);
}

TEST_F(Callers, AreJudgedAgainWhenTheAuthorityChanges) {
  begin_with_authority();
  const Certificate good = client("a");
  TlsPeer kept = peer(&good);
  EXPECT_EQ(ask(kept), 200);
  EXPECT_EQ(ask(kept), 200);

  std::size_t before = webhook_->log().size();
  put("client-ca.crt", "nonsense");
  EXPECT_TRUE(webhook_->logs("there is no certificate in PEM", before)) << webhook_->log();
  EXPECT_EQ(ask(kept), 200) << "what was in force stays so";

  before = webhook_->log().size();
  put("client-ca.crt", make_certificate({.common_name = "clients", .usage = "", .is_authority = true}).chain);
  EXPECT_TRUE(webhook_->logs("CAs of clients in force", before)) << webhook_->log();
  EXPECT_EQ(ask(kept), 401) << "a connection is not older than its trust";
  EXPECT_EQ(asked(&good), 401);

  before = webhook_->log().size();
  put("client-ca.crt", self_signed("DNS:x").chain + authority_.chain);
  EXPECT_TRUE(webhook_->logs("CAs of clients in force", before)) << webhook_->log();
  EXPECT_EQ(asked(&good), 200) << "the old one beside the new one";
}

TEST_F(Callers, AreJudgedAgainWhenTheirCertificateEnds) {
  begin_with_authority();
  const Certificate brief = make_certificate({.common_name = "a", .validity = 10s}, &authority_);
  TlsPeer kept = peer(&brief);
  EXPECT_EQ(ask(kept), 200);
  std::this_thread::sleep_for(11s);
  EXPECT_EQ(ask(kept), 401);
}

TEST_F(Callers, AreNotRecognisedByAnAuthorityThatHasEnded) {
  begin_with_authority();
  const std::size_t before = webhook_->log().size();
  put("client-ca.crt",
      make_certificate({.common_name = "old", .usage = "", .is_authority = true, .validity = -1h}).chain);
  EXPECT_TRUE(webhook_->logs("the last of them expired at 20", before)) << webhook_->log();
  const Certificate good = client("a");
  EXPECT_EQ(asked(&good), 200);
}

TEST_F(Callers, ThatAreRefusedCostNoBody) {
  begin_with_authority();
  TlsPeer stranger = peer();
  stranger.send(
      "POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 7000000\r\n\r\n");
  EXPECT_EQ(status_of(stranger.receive_until("}")), 401) << "before a byte of the body has come";
}

}  // namespace
}  // namespace everynode::support
