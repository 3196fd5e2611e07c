#include "everynode/kubeconfig/resolve.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "error_of.hpp"
#include "kubeconfigs.hpp"

namespace everynode::kubeconfig {
namespace {

using Fields = std::string;  // of a JSON object, without its brackets

/// A kubeconfig with these fields in its cluster and its user.
File file_with(const Fields& cluster, const Fields& user) {
  return read(R"({"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u",
                  "namespace": "ns"}}, {"name": "nobody", "context": {"cluster": "k"}}],
                  "clusters": [{"name": "k", "cluster": {)" +
              cluster + R"(}}, {"name": "other", "cluster": {"server": "https://other"}}],
                  "users": [{"name": "u", "user": {)" +
              user + R"(}}, {"name": "v", "user": {"token": "of-v"}}]})");
}

File with_cluster(const Fields& cluster) {
  return file_with(cluster, R"("token": "t")");
}

File with_user(const Fields& user) {
  return file_with(R"("server": "https://a")", user);
}

Config resolved(const File& file, const Overrides& overrides = {}) {
  const auto config = resolve(file, overrides);
  EXPECT_TRUE(config) << config.error();
  return config.value_or(Config());
}

std::string error_of(const File& file, const Overrides& overrides = {}) {
  const auto config = resolve(file, overrides);
  return config ? "" : config.error();
}

TEST(Resolve, TakesFiles) {
  const Config config = resolved(file_with(
      R"("server": "https://[::1]:6443/k8s/", "certificate-authority": "ca.crt", "tls-server-name": "kubernetes")",
      R"("client-certificate": "/abs/tls.crt", "client-key": "tls.key", "tokenFile": "token")"));
  EXPECT_EQ(config.address(), "https://[::1]:6443");
  EXPECT_EQ(config.path_prefix, "/k8s");
  EXPECT_EQ(config.authority.file, "/dir/ca.crt");
  EXPECT_EQ(config.tls_server_name, "kubernetes");
  EXPECT_EQ(config.client_certificate.file, "/abs/tls.crt");
  EXPECT_EQ(config.client_key.file, "/dir/tls.key");
  EXPECT_EQ(config.token_file, "/dir/token");
  EXPECT_EQ(config.namespace_, "ns");
  EXPECT_EQ(config.source, "/dir/config, context \"c\"");
  EXPECT_FALSE(config.insecure);
}

TEST(Resolve, TakesData) {
  const Config config =
      resolved(file_with(R"("server": "https://api.example", "certificate-authority-data": "Y2E=")",
                         R"("client-certificate-data": "Y2VydA==", "client-key-data": "a2V5", "token": " t\n")"));
  EXPECT_EQ(config.address(), "https://api.example:443");
  EXPECT_EQ(config.authority.text, "ca");
  EXPECT_EQ(config.client_certificate.text, "cert");
  EXPECT_EQ(config.client_key.text, "key");
  EXPECT_EQ(config.token, "t");
}

TEST(Resolve, TakesWhatTheCommandLineSays) {
  const File file = with_cluster(R"("server": "https://a")");
  EXPECT_EQ(resolved(file, {.context = {}, .cluster = "other", .user = {}}).host, "other");
  EXPECT_EQ(resolved(file, {.context = {}, .cluster = {}, .user = "v"}).token, "of-v");
  EXPECT_EQ(resolved(file, {.context = "nobody", .cluster = {}, .user = {}}).token, "");
  File without_context = file;
  without_context.current.clear();
  EXPECT_EQ(resolved(without_context, {.context = {}, .cluster = "other", .user = "v"}).source,
            "/dir/config, cluster \"other\"");
  EXPECT_TRUE(is_empty(without_context, {}));
  EXPECT_FALSE(is_empty(without_context, {.context = "c", .cluster = {}, .user = {}}));
}

TEST(Resolve, NeedsNoUser) {
  for (const auto* context :
       {R"({"cluster": "k"})", R"({"cluster": "k", "user": ""})", R"({"cluster": "k", "user": null})"}) {
    const Config config =
        resolved(read(std::string(R"({"current-context": "c", "contexts": [{"name": "c", "context": )") + context +
                      R"(}], "clusters": [{"name": "k", "cluster": {"server": "https://a"}}]})"));
    EXPECT_TRUE(config.token.empty() && config.client_certificate.empty() && !config.exec);
  }
}

/// As kubectl does: anybody on the network could read them.
TEST(Resolve, SendsNoCredentialsWithoutTls) {
  const Config config = resolved(
      file_with(R"("server": "http://a")", R"("token": "t", "as": "b", "client-certificate": "x", "client-key": "y")"));
  EXPECT_EQ(config.address(), "http://a:80");
  EXPECT_TRUE(config.token.empty() && config.client_certificate.empty());
  EXPECT_EQ(config.impersonation.user, "b");
  const Config missing =
      resolved(read(R"({"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "k",
      "user": "nobody"}}], "clusters": [{"name": "k", "cluster": {"server": "a:8080"}}]})"));
  EXPECT_EQ(missing.address(), "http://a:8080");
}

TEST(Resolve, PutsTheUserOfTheServersUrlFirst) {
  const Config config = resolved(with_cluster(R"("server": "https://me:my%20word@a")"));
  EXPECT_EQ(config.username, "me");
  EXPECT_EQ(config.password, "my word");
  EXPECT_EQ(config.token, "");
  EXPECT_EQ(config.address(), "https://a:443");
}

TEST(Resolve, RunsAPluginOnlyIfNothingElseSaysWhoWeAre) {
  const std::string exec =
      R"("exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "aws", "args": ["a", "b"],
         "env": [{"name": "N", "value": "V"}], "installHint": "get it", "provideClusterInfo": true,
         "interactiveMode": "IfAvailable"})";
  const Config config = resolved(with_user(exec));
  ASSERT_TRUE(config.exec);
  EXPECT_EQ(config.exec->command, "aws") << "without a slash it is looked up in PATH";
  EXPECT_EQ(config.exec->args, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(config.exec->env, (std::vector<std::pair<std::string, std::string>>{{"N", "V"}}));
  EXPECT_EQ(config.exec->interactive, Exec::Interactive::if_available);
  EXPECT_TRUE(config.exec->provide_cluster_info);
  EXPECT_EQ(config.exec->place, "/dir/config: user \"u\": exec");
  for (const auto* other : {R"("token": "t", )", R"("tokenFile": "t", )", R"("username": "a", )",
                            R"("client-certificate": "x", "client-key": "y", )"})
    EXPECT_FALSE(resolved(with_user(other + exec)).exec) << other;
  EXPECT_FALSE(resolved(file_with(R"("server": "http://a")", exec)).exec);
}

TEST(Resolve, FindsAPluginBesideTheKubeconfig) {
  const auto command = [](const std::string& name) {
    return resolved(with_user(R"("exec": {"apiVersion": "client.authentication.k8s.io/v1beta1", "command": ")" + name +
                              "\"}"))
        .exec->command;
  };
  EXPECT_EQ(command("./bin/aws"), "/dir/./bin/aws");
  EXPECT_EQ(command("/bin/aws"), "/bin/aws");
  EXPECT_EQ(command("aws"), "aws");
}

TEST(Resolve, WritesImpersonationsAsClientGoDoes) {
  const Config config = resolved(with_user(
      R"("as": "jane", "as-uid": "7", "as-groups": ["a", "b"], "as-user-extra": {"example.com/x y": ["1", "2"]})"));
  std::string text;
  for (const http::Header& header : headers_of(config.impersonation)) text += header.name + ": " + header.value + "\n";
  EXPECT_EQ(text,
            "Impersonate-User: jane\nImpersonate-Uid: 7\nImpersonate-Group: a\nImpersonate-Group: b\n"
            "Impersonate-Extra-example.com%2Fx%20y: 1\nImpersonate-Extra-example.com%2Fx%20y: 2\n");
}

struct Mistake {
  Fields fields;
  std::string error;
};

TEST(Resolve, SaysWhatIsNotThere) {
  const File file = with_cluster(R"("server": "https://a")");
  const std::string place = "/dir/config: ";
  EXPECT_EQ(error_of(file, {.context = "x", .cluster = {}, .user = {}}),
            place + "context \"x\" is not among the contexts");
  EXPECT_EQ(error_of(file, {.context = {}, .cluster = "x", .user = {}}),
            place + "cluster \"x\" is not among the clusters");
  EXPECT_EQ(error_of(file, {.context = {}, .cluster = {}, .user = "x"}), place + "user \"x\" is not among the users");
  EXPECT_EQ(error_of(read("{}")),
            place + "current-context is missing; set it, e.g. with kubectl config use-context NAME");
  EXPECT_EQ(error_of(read(R"({"current-context": "x"})")),
            place + "current-context: context \"x\" is not among the contexts");
  EXPECT_EQ(error_of(read(R"({"current-context": "c", "contexts": [{"name": "c"}]})")),
            place + "context \"c\": cluster is missing; name one of clusters");
  EXPECT_EQ(error_of(read(R"({"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "x"}}]})")),
            place + "context \"c\": cluster \"x\" is not among the clusters");
}

TEST(Resolve, SaysWhatIsWrongWithTheCluster) {
  const std::string place = "/dir/config: cluster \"k\": ";
  const std::vector<Mistake> mistakes{
      {"", "server is missing; give it as https://HOST[:PORT][/PATH]"},
      {R"("server": "https://a", "certificate-authority": "f", "certificate-authority-data": "Y2E=")",
       "certificate-authority and certificate-authority-data are both given; leave one of them out"},
      {R"("server": "https://a", "certificate-authority-data": "?")", "certificate-authority-data: it is not base64"},
      {R"("server": "https://a", "certificate-authority": "f", "insecure-skip-tls-verify": true)",
       "insecure-skip-tls-verify contradicts certificate-authority; leave one of them out"},
      {R"("server": "https://a", "proxy-url": "ftp://u:secret@p")",
       "proxy-url: \"p\" is no address of a proxy; expected http://, https:// or "
       "socks5://[USER[:PASSWORD]@]HOST[:PORT]"}};
  for (const Mistake& mistake : mistakes) EXPECT_EQ(error_of(with_cluster(mistake.fields)), place + mistake.error);
}

TEST(Resolve, ReadsServers) {
  struct Case {
    std::string server;
    std::string address;
    std::string path;
  };
  for (const Case& each : std::vector<Case>{{"https://a", "https://a:443", ""},
                                            {"HTTPS://A/", "https://A:443", ""},
                                            {"https://a:", "https://a:443", ""},
                                            {"http://a:8080", "http://a:8080", ""},
                                            {"https://a/b/c//", "https://a:443", "/b/c"},
                                            {"https://a/b?c#d", "https://a:443", "/b"},
                                            {"https://[fe80::1]:6443", "https://[fe80::1]:6443", ""},
                                            {"a:6443", "http://a:6443", ""},
                                            {"localhost", "http://localhost:80", ""},
                                            {"127.0.0.1:1/", "http://127.0.0.1:1", ""},
                                            {"[::1]:1", "http://[::1]:1", ""}}) {
    const Config config = read_server(each.server).value();
    EXPECT_EQ(config.address(), each.address) << each.server;
    EXPECT_EQ(config.path_prefix, each.path) << each.server;
  }
}

TEST(Resolve, RefusesWhatIsNoServer) {
  for (const auto* server :
       {"ftp://a", "https://", "https://:1", "https://a:0", "https://a:65536", "https://a:x", "https://[::1",
        "https://[::1]x", "https://a b", "https://::1", "a/b", "//a", "a b", "https://a/b c", "https://a%0d%0ab"}) {
    EXPECT_EQ(support::error_of(read_server(server)),
              "\"" + std::string(server) + "\" is no address of a server; expected https://HOST[:PORT][/PATH]");
  }
}

TEST(Resolve, SaysWhatIsWrongWithTheUser) {
  const std::string place = "/dir/config: user \"u\": ";
  const std::vector<Mistake> mistakes{
      {R"("token": "a b")", "token: it has characters that no token has"},
      {R"("token": "t", "username": "a")", "token and username are both given; leave one of them out"},
      {R"("as-groups": ["a"])",
       "as is missing; as-uid, as-groups and as-user-extra say more about the user that it names"},
      {R"("as": "a\r\nX: y")",
       "as, as-uid, as-groups and as-user-extra: they may have no control characters (Impersonate-User)"},
      {R"("client-certificate": "f")", "client-key is missing; a certificate and its key belong together"},
      {R"("client-certificate": "f", "client-key": "f", "client-key-data": "a2V5")",
       "client-key and client-key-data are both given; leave one of them out"}};
  for (const Mistake& mistake : mistakes) EXPECT_EQ(error_of(with_user(mistake.fields)), place + mistake.error);
  EXPECT_EQ(error_of(with_user(R"("exec": null, "token": "t")")), "");
  EXPECT_EQ(error_of(with_user(R"("client-key": "f")")), "") << "kubectl takes it for none";
}

TEST(Resolve, SaysWhatIsWrongWithThePlugin) {
  const std::string place = "/dir/config: user \"u\": exec.";
  const std::string v1 = R"("apiVersion": "client.authentication.k8s.io/v1", "command": "x")";
  const std::string versions =
      "expected client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1: "
      "renew the kubeconfig with the tool that wrote it";
  const std::vector<Mistake> mistakes{
      {"", "command is missing; name the plugin"},
      {R"("command": "x")", "apiVersion is missing; " + versions},
      {R"("command": "x", "apiVersion": "client.authentication.k8s.io/v1alpha1")",
       "apiVersion is \"client.authentication.k8s.io/v1alpha1\"; " + versions},
      {v1, "interactiveMode is missing; expected Never, IfAvailable or Always"},
      {v1 + R"(, "interactiveMode": "Maybe")", "interactiveMode is \"Maybe\"; expected Never, IfAvailable or Always"},
      {v1 + R"(, "interactiveMode": "Never", "env": [{"value": "x"}])", "env: the name of a variable is missing"}};
  for (const Mistake& mistake : mistakes)
    EXPECT_EQ(error_of(with_user(R"("exec": {)" + mistake.fields + "}")), place + mistake.error);
}

TEST(Resolve, SaysWhatToDoInPlaceOfAnAuthProvider) {
  for (const auto* name : {"gcp", "azure", "oidc", "other"}) {
    const std::string error = error_of(with_user(R"("auth-provider": {"name": ")" + std::string(name) + "\"}"));
    EXPECT_TRUE(
        error.starts_with("/dir/config: user \"u\": auth-provider \"" + std::string(name) + "\" is not supported; "))
        << error;
  }
}

}  // namespace
}  // namespace everynode::kubeconfig
