#if 0  // what it tested is in tests/kubeconfig now
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "everynode/cluster/config.hpp"

namespace everynode::cluster {
namespace {

/// A kubeconfig in which the lines of `cluster` and `user` stand.
std::string kubeconfig(const std::string& cluster, const std::string& user) {
  return "apiVersion: v1\nkind: Config\ncurrent-context: c\npreferences: {}\n"
         "contexts: [{name: c, context: {cluster: k, user: u, namespace: ns}}, {name: d, context: {cluster: k}}]\n"
         "clusters: [{name: k, cluster: {" +
         cluster + "}}]\nusers: [{name: u, user: {" + user + "}}]\n";
}

std::string with_cluster(const std::string& cluster) {
  return kubeconfig(cluster, "token: t");
}

std::string with_user(const std::string& user) {
  return kubeconfig("server: https://a", user);
}

std::string error_of(const std::string& text, std::string_view context = {}) {
  const auto config = parse_kubeconfig(text, "/dir", context);
  return config ? "" : config.error();
}

TEST(Kubeconfig, ReadsFiles) {
  const auto config = parse_kubeconfig(
      kubeconfig("server: 'https://[::1]:6443/k8s/', certificate-authority: ca.crt, tls-server-name: kubernetes",
                 "client-certificate: /abs/tls.crt, client-key: tls.key, tokenFile: token"),
      "/dir", {});
  ASSERT_TRUE(config) << config.error();
  EXPECT_EQ(config->address(), "https://[::1]:6443");
  EXPECT_EQ(config->path_prefix, "/k8s");
  EXPECT_EQ(config->authority.file, "/dir/ca.crt");
  EXPECT_EQ(config->tls_server_name, "kubernetes");
  EXPECT_EQ(config->client_certificate.file, "/abs/tls.crt");
  EXPECT_EQ(config->client_key.file, "/dir/tls.key");
  EXPECT_EQ(config->token_file, "/dir/token");
  EXPECT_EQ(config->namespace_, "ns");
  EXPECT_EQ(config->source, "context \"c\"");
  EXPECT_FALSE(config->insecure);
}

TEST(Kubeconfig, ReadsData) {
  const auto config = parse_kubeconfig(kubeconfig("server: http://api.example, certificate-authority-data: Y2E=",
                                                  "client-certificate-data: Y2VydA==, client-key-data: a2V5, token: t"),
                                       "/dir", "c");
  ASSERT_TRUE(config) << config.error();
  EXPECT_EQ(config->address(), "http://api.example:80");
  EXPECT_EQ(config->authority.text, "ca");
  EXPECT_EQ(config->client_certificate.text, "cert");
  EXPECT_EQ(config->client_key.text, "key");
  EXPECT_EQ(config->token, "t");
}

struct Mistake {
  std::string text;
  std::string error;
};

TEST(Kubeconfig, SaysWhatIsWrongWithTheFile) {
  const std::vector<Mistake> mistakes{
      {"", "it is empty"},
      {"[1, 2",
       "it is no YAML: line 1, column 6: did not find expected ',' or ']' while parsing a flow sequence that begins in "
       "line 1"},
      {"- a", "expected an object"},
      {"{}", "current-context is missing; set it, e.g. with kubectl config use-context NAME"},
      {"current-context: 7", "current-context: expected a string"},
      {"current-context: c", "context \"c\" is not among the file's contexts"},
      {"contexts: {}", "contexts: expected an array"},
      {"current-context: c\ncontexts: [{name: c}]", "context \"c\": cluster is missing; name one of clusters"},
      {"current-context: c\ncontexts: [{name: c, context: {cluster: k}}]",
       "context \"c\": cluster \"k\" is not among the file's clusters"},
      {"clusters: [{name: k, cluster: {server: [a]}}]", "clusters[0].cluster.server: expected a string"}};
  for (const Mistake& mistake : mistakes) EXPECT_EQ(error_of(mistake.text), mistake.error);
  EXPECT_EQ(error_of(with_cluster("server: https://a"), "d"), "context \"d\": user is missing; name one of users");
  EXPECT_EQ(error_of(with_cluster("server: https://a"), "e"), "context \"e\" is not among the file's contexts");
}

TEST(Kubeconfig, SaysWhatIsWrongWithTheCluster) {
  const std::string place = "cluster \"k\": ";
  const std::vector<Mistake> mistakes{
      {"", "server is missing; give it as https://HOST[:PORT][/PATH]"},
      {"server: https://a, certificate-authority: f, certificate-authority-data: Y2E=",
       "certificate-authority and certificate-authority-data are both given; leave one of them out"},
      {"server: https://a, certificate-authority-data: '?'", "certificate-authority-data: it is not base64"},
      {"server: https://a, certificate-authority: f, insecure-skip-tls-verify: true",
       "insecure-skip-tls-verify contradicts certificate-authority; leave one of them out"},
      {"server: https://a, proxy-url: http://p", "proxy-url is not supported; connect to the server directly"}};
  for (const Mistake& mistake : mistakes) EXPECT_EQ(error_of(with_cluster(mistake.text)), place + mistake.error);
  EXPECT_EQ(error_of(with_cluster("server: https://a, insecure-skip-tls-verify: yes please")),
            "clusters[0].cluster.insecure-skip-tls-verify: expected true or false");
}

TEST(Kubeconfig, SaysWhatIsWrongWithTheServer) {
  for (const auto* server :
       {"a:6443", "ftp://a", "https://", "https://:1", "https://a:0", "https://a:65536", "https://a:x", "https://u@a",
        "https://a?b", "https://a/b?c", "https://[::1", "https://[::1]x", "https://a b", "https://::1"}) {
    EXPECT_EQ(error_of(with_cluster("server: '" + std::string(server) + "'")),
              "cluster \"k\": server: \"" + std::string(server) +
                  "\" is no address of a server; expected https://HOST[:PORT][/PATH]");
  }
}

TEST(Kubeconfig, SaysWhatIsWrongWithTheUser) {
  const std::string place = "user \"u\": ";
  const std::string unsupported = " is not supported; use a client certificate, a token or a tokenFile instead";
  const std::vector<Mistake> mistakes{
      {"exec: {command: aws}", "exec" + unsupported},
      {"auth-provider: {name: gcp}", "auth-provider" + unsupported},
      {"username: a, password: b", "username" + unsupported},
      {"token: t, as: b", "as" + unsupported},
      {"client-certificate: f", "client-key is missing; a certificate and its key belong together"},
      {"client-key-data: a2V5", "client-certificate is missing; a certificate and its key belong together"},
      {"client-key: f, client-key-data: a2V5", "client-key and client-key-data are both given; leave one of them out"}};
  for (const Mistake& mistake : mistakes) EXPECT_EQ(error_of(with_user(mistake.text)), place + mistake.error);
  EXPECT_EQ(error_of(with_user("exec: null, token: t")), "");
  EXPECT_EQ(error_of(with_user("token: 1")), "users[0].user.token: expected a string");
}

}  // namespace
}  // namespace everynode::cluster
#endif
