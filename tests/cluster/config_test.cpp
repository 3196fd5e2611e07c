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

  /// A kubeconfig that has `user` in it.
  fs::path write_kubeconfig(const fs::path& name, const std::string& user, const std::string& cluster = "") {
    return write(name,
                 "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n"
                 "clusters: [{name: k, cluster: {server: 'https://" +
                     name.filename().string() + "'" + cluster + "}}]\nusers: [{name: u, user: {" + user + "}}]\n");
  }

  [[nodiscard]] Environment environment() const {
    return {.service_host = {}, .service_port = {}, .kubeconfig = {}, .home = root_, .service_account = root_};
  }

  std::string error_of(const fs::path& flag) {
    const auto config = load_config(flag, environment());
    return config ? "" : config.error();
  }

  fs::path root_ = fs::temp_directory_path() / ("everynode-config-" + std::to_string(getpid()));
};

TEST_F(ConfigTest, LooksInTheOrderOfFlagPodVariableAndHome) {
  const fs::path flag = write_kubeconfig("flag", "token: t");
  write_kubeconfig(".kube/config", "token: t");
  write("ca.crt", support::self_signed("DNS:a").chain);
  write("token", " secret\n");
  write("namespace", "everynode-system\n");
  Environment now = environment();
  EXPECT_EQ(load_config({}, now)->host, "config");
  now.kubeconfig = write_kubeconfig("variable", "token: t");
  EXPECT_EQ(load_config({}, now)->host, "variable");
  now.service_host = "10.0.0.1";
  now.service_port = "443";
  const auto pod = load_config({}, now);
  ASSERT_TRUE(pod) << pod.error();
  EXPECT_EQ(pod->address(), "https://10.0.0.1:443");
  EXPECT_EQ(pod->token_file, root_ / "token");
  EXPECT_EQ(pod->namespace_, "everynode-system");
  EXPECT_TRUE(pod->authority.text.contains("BEGIN CERTIFICATE"));
  EXPECT_EQ(load_config(flag, now)->host, "flag");
  EXPECT_EQ(load_config(flag, now)->source, flag.string() + ", context \"c\"");
}

TEST_F(ConfigTest, SaysThatThereIsNone) {
  EXPECT_EQ(
      error_of({}),
      "no configuration for the Kubernetes API: this is no pod (KUBERNETES_SERVICE_HOST is not set), KUBECONFIG is "
      "not set, and " +
          (root_ / ".kube/config").string() + " does not exist; give --kubeconfig");
  EXPECT_EQ(error_of(root_ / "x"), "--kubeconfig: " + (root_ / "x").string() + ": No such file or directory");
  Environment now = environment();
  now.kubeconfig = "/a:/b";
  EXPECT_EQ(load_config({}, now).error(), "KUBECONFIG names several files; name one, or give --kubeconfig");
}

TEST_F(ConfigTest, SaysWhatAPodLacks) {
  Environment now = environment();
  now.service_host = "10.0.0.1";
  now.service_port = "https";
  EXPECT_EQ(load_config({}, now).error(), "KUBERNETES_SERVICE_PORT: \"https\" is no port number");
  now.service_port = "443";
  EXPECT_EQ(load_config({}, now).error(),
            "the pod's service account: certificate-authority: " + (root_ / "ca.crt").string() +
                ": No such file or directory; the pod needs automountServiceAccountToken: true (or give --kubeconfig)");
}

TEST_F(ConfigTest, ReadsAndChecksTheFilesThatAKubeconfigNames) {
  const support::Certificate own = support::self_signed("DNS:a");
  write("tls.crt", own.chain);
  write("tls.key", own.key);
  write("other.key", support::self_signed("DNS:a").key);
  write("nonsense", "nonsense");
  write("empty", "\n");
  const auto loaded = load_config(write_kubeconfig("good", "client-certificate: tls.crt, client-key: tls.key"), {});
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
  expect_error("token: 'a b'", "", "token: it has characters that no token has");
  expect_error("token: t", ", certificate-authority-data: Y2E=", "the CA certificates are not PEM");
}

}  // namespace
}  // namespace everynode::cluster
