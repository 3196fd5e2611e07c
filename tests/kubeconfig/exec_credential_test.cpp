#include "everynode/kubeconfig/exec_credential.hpp"

#include <gtest/gtest.h>

namespace everynode::kubeconfig {
namespace {

constexpr auto v1 = "client.authentication.k8s.io/v1";
constexpr auto beta = "client.authentication.k8s.io/v1beta1";

std::string printed(const std::string& status, const std::string& version = v1) {
  return R"({"kind": "ExecCredential", "apiVersion": ")" + version + R"(", "spec": {"x": 1}, "status": )" + status +
         "}";
}

std::string error_of(const std::string& json) {
  const auto credential = read_exec_credential(json, v1);
  return credential ? "" : credential.error().text();
}

TEST(ExecCredential, IsRead) {
  const auto credential =
      read_exec_credential(printed(R"({"token": "t", "clientCertificateData": "c", "clientKeyData": "k",
                  "expirationTimestamp": "2026-01-31T12:00:00Z"})"),
                           v1);
  ASSERT_TRUE(credential) << credential.error().text();
  EXPECT_EQ(credential->token, "t");
  EXPECT_EQ(credential->certificate, "c");
  EXPECT_EQ(credential->key, "k");
  EXPECT_EQ(credential->expires, objects::parse_time("2026-01-31T12:00:00Z"));
  const auto token = read_exec_credential(printed(R"({"token": "t", "expirationTimestamp": null})", beta), beta);
  ASSERT_TRUE(token) << token.error().text();
  EXPECT_FALSE(token->expires);
}

TEST(ExecCredential, SaysWhatIsWrong) {
  EXPECT_EQ(error_of("{}"), "kind: expected ExecCredential");
  EXPECT_EQ(error_of(R"({"kind": "ExecCredential"})"),
            "apiVersion: expected client.authentication.k8s.io/v1, as the kubeconfig says, not \"\"");
  EXPECT_EQ(error_of(printed(R"({"token": "t"})", beta)),
            "apiVersion: expected client.authentication.k8s.io/v1, as the kubeconfig says, not "
            "\"client.authentication.k8s.io/v1beta1\"");
  EXPECT_EQ(error_of(printed("null")), "status is missing");
  EXPECT_EQ(error_of(printed("{}")), "status: neither token nor clientCertificateData and clientKeyData are there");
  EXPECT_EQ(error_of(printed(R"({"clientKeyData": "k"})")),
            "status: clientCertificateData and clientKeyData belong together, but one of them is missing");
  EXPECT_EQ(error_of(printed(R"({"token": "secret\nX: y"})")), "status.token: it has characters that no token has");
  EXPECT_EQ(error_of(printed(R"({"token": 7})")), "status.token: expected a string");
  EXPECT_EQ(error_of(printed(R"({"token": "t", "expirationTimestamp": "soon"})")),
            "status.expirationTimestamp: expected a time like 2026-01-31T12:00:00Z");
  EXPECT_EQ(error_of(printed(R"({"token": "t"})") + "x"), "there is more text behind the value");
}

TEST(ExecInfo, SaysNothingOfTheClusterUnlessItIsAskedTo) {
  Config config;
  config.exec.emplace().api_version = beta;
  EXPECT_EQ(exec_info(config, true, "ca"),
            R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1",)"
            R"("spec":{"interactive":true}})");
}

TEST(ExecInfo, TellsAllOfTheCluster) {
  Config config;
  Exec& exec = config.exec.emplace();
  exec.api_version = v1;
  exec.provide_cluster_info = true;
  config.server = "https://a:6443/k8s";
  EXPECT_EQ(exec_info(config, false, ""), R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",)"
                                          R"("spec":{"cluster":{"server":"https://a:6443/k8s","config":null},)"
                                          R"("interactive":false}})");
  config.tls_server_name = "b";
  config.insecure = true;
  config.proxy_url = "http://p";
  config.disable_compression = true;
  config.exec_config = R"({"audience": "x"})";
  EXPECT_EQ(exec_info(config, false, "ca"),
            R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"cluster":{)"
            R"("server":"https://a:6443/k8s","tls-server-name":"b","insecure-skip-tls-verify":true,)"
            R"("certificate-authority-data":"Y2E=","proxy-url":"http://p","disable-compression":true,)"
            R"("config":{"audience":"x"}},"interactive":false}})");
}

}  // namespace
}  // namespace everynode::kubeconfig
