#include "everynode/cluster/config.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "certificate.hpp"

namespace everynode::cluster {
namespace {

namespace fs = std::filesystem;

class ConfigTest : public ::testing::Test {
 protected:
  ConfigTest() { fs::create_directories(root_ / ".kube"); }
  ~ConfigTest() override { fs::remove_all(root_); }

  fs::path write(const fs::path& name, const std::string& text) {
    std::ofstream(root_ / name) << text;
    return root_ / name;
  }

  /// A kubeconfig with these fields in `user`.
  fs::path write_kubeconfig(const fs::path& name, const std::string& user, const std::string& cluster = "") {
    return write(name,
                 "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n"
                 "clusters: [{name: k, cluster: {server: 'https://" +
                     name.filename().string() + "'" + cluster + "}}]\nusers: [{name: u, user: {" + user + "}}]\n");
  }

  [[nodiscard]] Environment environment() const {
    Environment environment;
    environment.home = root_;
    environment.service_account = root_;
    return environment;
  }

  /// The environment of a pod.
  Environment pod() {
    write("ca.crt", support::self_signed("DNS:a").chain);
    write("token", " secret\n");
    write("namespace", "everynode-system\n");
    Environment environment = this->environment();
    environment.service_host = "10.0.0.1";
    environment.service_port = "443";
    return environment;
  }

  [[nodiscard]] std::string host(const Environment& environment, Order order = Order::kubectl) const {
    const auto config = load_config({.kubeconfig = {}, .overrides = {}, .order = order}, environment);
    return config ? config->host : config.error();
  }

  std::string error_of(const fs::path& flag) {
    const auto config = load_config({.kubeconfig = flag, .overrides = {}}, environment());
    return config ? "" : config.error();
  }

  fs::path root_ = fs::temp_directory_path() / ("everynode-config-" + std::to_string(getpid()));
};

TEST_F(ConfigTest, LooksInTheOrderOfWhoeverAsks) {
  const fs::path flag = write_kubeconfig("flag", "token: t");
  write_kubeconfig(".kube/config", "token: t");
  Environment now = environment();
  EXPECT_EQ(host(now), "config");
  now.kubeconfig = write_kubeconfig("variable", "token: t");
  EXPECT_EQ(host(now), "variable");
  const Environment inside = [&] {
    Environment both = pod();
    both.kubeconfig = now.kubeconfig;
    return both;
  }();
  EXPECT_EQ(host(inside), "variable") << "as kubectl";
  EXPECT_EQ(host(inside, Order::pod_first), "10.0.0.1");
  EXPECT_EQ(load_config({.kubeconfig = flag, .overrides = {}, .order = Order::pod_first}, inside)->source,
            flag.string() + ", context \"c\"");
  EXPECT_EQ(load_config({}, inside)->namespace_, "everynode-system") << "for the context says none";
}

TEST_F(ConfigTest, IsAtHomeInAPod) {
  const auto config = load_config({}, pod());
  ASSERT_TRUE(config) << config.error();
  EXPECT_EQ(config->source, "the pod's service account");
  EXPECT_EQ(config->address(), "https://10.0.0.1:443");
  EXPECT_EQ(config->token_file, root_ / "token");
  EXPECT_EQ(config->namespace_, "everynode-system");
  EXPECT_TRUE(config->authority.text.contains("BEGIN CERTIFICATE"));
  Environment other = pod();
  other.service_host = "fd00::1";
  other.pod_namespace = "named";
  EXPECT_EQ(load_config({}, other)->address(), "https://[fd00::1]:443");
  EXPECT_EQ(load_config({}, other)->namespace_, "named");
  other.kubeconfig = write("empty", "");
  EXPECT_EQ(host(other), "fd00::1") << "nothing is chosen";
}

TEST_F(ConfigTest, MergesTheFilesOfKubeconfig) {
  const fs::path first = write("first", "users: [{name: u, user: {token: first}}]\n");
  const fs::path second = write_kubeconfig("second", "token: second");
  Environment now = environment();
  now.kubeconfig = ":" + first.string() + ":" + (root_ / "absent").string() + "::" + write("empty", "").string() + ":" +
                   second.string() + ":" + second.string() + ":";
  const auto config = load_config({}, now);
  ASSERT_TRUE(config) << config.error();
  EXPECT_EQ(config->host, "second");
  EXPECT_EQ(config->token, "first");
  now.kubeconfig += ":" + write("nonsense", "{").string();
  EXPECT_TRUE(load_config({}, now).error().starts_with((root_ / "nonsense").string() + ": it is no YAML: "));
}

TEST_F(ConfigTest, SaysThatThereIsNone) {
  const std::string end = ", and this is no pod (KUBERNETES_SERVICE_HOST is not set); give --kubeconfig";
  EXPECT_EQ(error_of({}), "no configuration for the Kubernetes API: KUBECONFIG is not set, " +
                              (root_ / ".kube/config").string() + " does not exist" + end);
  EXPECT_EQ(error_of(root_ / "x"), "--kubeconfig: " + (root_ / "x").string() + ": No such file or directory");
  Environment now = environment();
  now.kubeconfig = (root_ / "a:b").string();
  EXPECT_EQ(host(now), "no configuration for the Kubernetes API: KUBECONFIG (" + now.kubeconfig +
                           ") names no file that exists" + end);
  now.kubeconfig = write("empty", "\n");
  EXPECT_EQ(host(now), now.kubeconfig +
                           ": current-context is missing, and this is no pod (KUBERNETES_SERVICE_HOST is "
                           "not set); set it, e.g. with kubectl config use-context NAME");
}

TEST_F(ConfigTest, SaysWhatAPodLacks) {
  Environment now = environment();
  now.service_host = "10.0.0.1";
  now.service_port = "https";
  EXPECT_EQ(host(now),
            "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT: \"10.0.0.1\" and \"https\" are no host and port");
  now.service_port = "443";
  EXPECT_EQ(host(now),
            "the pod's service account: certificate-authority: " + (root_ / "ca.crt").string() +
                ": No such file or directory; the pod needs automountServiceAccountToken: true (or give --kubeconfig)");
}

TEST_F(ConfigTest, TakesTheProxyOfTheEnvironmentUnlessTheKubeconfigNamesOne) {
  Environment now = environment();
  now.proxies.https_proxy = "http://environment:3128";
  const auto load = [&](const std::string& cluster) {
    return load_config({.kubeconfig = write_kubeconfig("k", "token: t", cluster), .overrides = {}}, now);
  };
  EXPECT_EQ(load("")->proxy->text(), "http://environment:3128");
  EXPECT_EQ(load(", proxy-url: 'socks5://own'")->proxy->text(), "socks5://own:1080");
  now.proxies.no_proxy = "k";
  EXPECT_FALSE(load("")->proxy);
  EXPECT_EQ(load(", proxy-url: 'socks5://own'")->proxy->text(), "socks5://own:1080");
}

TEST_F(ConfigTest, AsksKubectlsPreferencesAboutPlugins) {
  const fs::path exec = write_kubeconfig(
      "exec", "exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Never}");
  const auto policy = [&](const Environment& environment, Order order = Order::kubectl) {
    const auto config = load_config({.kubeconfig = exec, .overrides = {}, .order = order}, environment);
    return config ? std::to_string(static_cast<int>(config->plugin_policy.kind)) : config.error();
  };
  EXPECT_EQ(policy(environment()), "0");
  const std::string head = "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n";
  write(".kube/kuberc", "# ours\n---\nkind: Other\n---\n" + head + "credentialPluginPolicy: DenyAll\n");
  EXPECT_EQ(policy(environment()), "1");
  EXPECT_EQ(policy(environment(), Order::pod_first), "0") << "they are kubectl's";
  Environment now = environment();
  now.kuberc = "off";
  EXPECT_EQ(policy(now), "0");
  now.kuberc = write("kuberc", head + "credentialPluginPolicy: Allowlist\n");
  EXPECT_EQ(policy(now),
            now.kuberc + ": credentialPluginAllowlist: it is empty; expected entries, or the policy DenyAll");
  now.kuberc = (root_ / "absent").string();
  EXPECT_EQ(policy(now), "KUBERC: " + now.kuberc + ": No such file or directory");
}

TEST_F(ConfigTest, ReadsAndChecksTheFilesThatAKubeconfigNames) {
  const support::Certificate own = support::self_signed("DNS:a");
  write("tls.crt", own.chain);
  write("tls.key", own.key);
  write("other.key", support::self_signed("DNS:a").key);
  write("nonsense", "nonsense");
  write("empty", "\n");
  const auto loaded = load_config(
      {.kubeconfig = write_kubeconfig("good", "client-certificate: tls.crt, client-key: tls.key"), .overrides = {}},
      environment());
  ASSERT_TRUE(loaded) << loaded.error();
  EXPECT_EQ(loaded->client_key.text, own.key);
  const auto expect_error = [&](const std::string& user, const std::string& cluster, const std::string& what) {
    const fs::path file = write_kubeconfig("bad", user, cluster);
    const std::string error = error_of(file);
    EXPECT_TRUE(error.starts_with(file.string() + ", context \"c\": " + what)) << error;
  };
  const std::string place = root_.string() + "/";
  expect_error("client-certificate: tls.crt, client-key: x", "", "client-key: " + place + "x: No such file");
  expect_error("client-certificate: nonsense, client-key: tls.key", "",
               "client-certificate: " + place + "nonsense: it is not PEM");
  expect_error("client-certificate: tls.crt, client-key: other.key", "", "the client key cannot be used");
  expect_error("tokenFile: x", "", "tokenFile: " + place + "x: No such file");
  expect_error("tokenFile: empty", "", "tokenFile: " + place + "empty: it is empty");
  expect_error("token: t", ", certificate-authority-data: Y2E=", "the CA certificates are not PEM");
}

}  // namespace
}  // namespace everynode::cluster
