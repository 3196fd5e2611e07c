#include <signal.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "client_fixture.hpp"
#include "everynode/codec/json_text.hpp"
#include "everynode/kubeconfig/exec_credential.hpp"
#include "process.hpp"

namespace everynode::cluster {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr auto v1 = "client.authentication.k8s.io/v1";

std::string as_json(std::string_view text) {
  std::string out;
  codec::append_quoted(out, text);
  return out;
}

std::string printed(const std::string& status) {
  return std::string(R"({"kind":"ExecCredential","apiVersion":")") + v1 + R"(","status":{)" + status + "}}";
}

std::string content_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

class CredentialPlugin : public ClientTest {
 protected:
  CredentialPlugin() { fs::create_directories(directory_); }
  ~CredentialPlugin() override { fs::remove_all(directory_); }

  /// A configuration whose plugin is a shell script; each run first adds a line to the file "runs".
  Config with_plugin(const FakeApiServer& server, const std::string& script) {
    const fs::path file = directory_ / "plugin";
    std::ofstream(file) << "#!/bin/sh\necho >> " << (directory_ / "runs").string() << "\n" << script << "\n";
    fs::permissions(file, fs::perms::owner_all);
    Config config = config_of(server);
    kubeconfig::Exec& exec = config.exec.emplace();
    exec.api_version = v1;
    exec.command = file;
    exec.place = "kubeconfig: user \"u\": exec";
    return config;
  }

  [[nodiscard]] std::size_t runs() const { return content_of(directory_ / "runs").size(); }

  /// The script prints a token that is the number of its runs.
  [[nodiscard]] std::string prints_number(const std::string& more = "") const {
    const std::string count = "n=$(wc -l < " + (directory_ / "runs").string() + ")\n";
    return count + "cat <<END\n" + printed(R"("token":"number-$n")" + more) + "\nEND";
  }

  /// Why a request with this script gets no answer.
  std::string why(const std::string& script, seconds patience = seconds(30)) {
    const FakeApiServer server([](const ApiRequest&) { return ApiAnswer{}; }, {});
    Config config = with_plugin(server, script);
    const std::string command = config.exec->command;
    Client client(loop_.get_executor(), config, {.plugin = {.patience = patience}});
    const auto outcome = finish(client.send(get_node));
    if (outcome) return "";
    EXPECT_FALSE(outcome.error().sent);
    const std::string start = "kubeconfig: user \"u\": exec: ";
    EXPECT_TRUE(outcome.error().why.starts_with(start)) << outcome.error().why;
    std::string text = outcome.error().why.substr(start.size());
    const std::size_t name = text.find(command);
    return name == std::string::npos ? text : text.replace(name, command.size(), "PLUGIN");
  }

  fs::path directory_ = support::fresh_name("plugin");
};

TEST_F(CredentialPlugin, IsRunOnceForManyRequests) {
  const FakeApiServer server(hello);
  const Config config = with_plugin(server, "sleep 0.2\n" + prints_number());
  Client client(loop_.get_executor(), config, {});
  Client other(loop_.get_executor(), config, {.identity = client.identity()});
  std::vector<std::shared_ptr<kube::Outcome>> outcomes;
  for (int i = 0; i < 10; ++i) outcomes.push_back(begin((i % 2 == 0 ? client : other).send(get_node)));
  run();
  for (const auto& outcome : outcomes) EXPECT_TRUE(*outcome) << outcome->error().why;
  EXPECT_TRUE(finish(client.send(get_node)));
  EXPECT_EQ(runs(), 1U);
  for (const ApiRequest& request : server.requests()) EXPECT_EQ(request.headers.at("authorization"), "Bearer number-1");
}

TEST_F(CredentialPlugin, IsRunAgainWhenWhatItGaveHasExpired) {
  const FakeApiServer server(hello);
  const std::string past = R"(,"expirationTimestamp":"2020-01-01T00:00:00Z")";
  Client client(loop_.get_executor(), with_plugin(server, prints_number(past)), {});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(finish(client.send(get_node)));
  EXPECT_EQ(runs(), 3U);
  EXPECT_EQ(server.requests().at(2).headers.at("authorization"), "Bearer number-3");
}

TEST_F(CredentialPlugin, IsRunAgainAfterARefusalOnce) {
  const FakeApiServer server([](const ApiRequest& request) {
    return ApiAnswer{.status = request.headers.at("authorization") == "Bearer number-2" ? 201U : 401U};
  });
  Client client(loop_.get_executor(), with_plugin(server, prints_number()), {});
  EXPECT_EQ(finish(client.send(create_pod))->status, 201U);
  EXPECT_EQ(finish(client.send(create_pod))->status, 201U);
  EXPECT_EQ(runs(), 2U);
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST_F(CredentialPlugin, IsNotRunForEverIfNothingHelps) {
  const FakeApiServer server([](const ApiRequest&) { return ApiAnswer{.status = 401}; });
  Client client(loop_.get_executor(), with_plugin(server, prints_number()), {});
  EXPECT_EQ(finish(client.send(get_node))->status, 401U);
  EXPECT_EQ(runs(), 2U);
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(CredentialPlugin, IsToldWhatItMayKnow) {
  const FakeApiServer server(hello);
  const fs::path told = directory_ / "told";
  Config config = with_plugin(server, "echo \"$1 $VARIABLE $KUBERNETES_EXEC_INFO\" > " + told.string() +
                                          "\nls -l /proc/self/fd >> " + told.string() + "\n" + prints_number());
  config.exec->args = {"argument"};
  config.exec->env = {{"VARIABLE", "value"}};
  Client client(loop_.get_executor(), config, {});
  EXPECT_TRUE(finish(client.send(get_node)));
  EXPECT_TRUE(content_of(told).starts_with("argument value " + kubeconfig::exec_info(config, false, "") + "\n"));
  EXPECT_FALSE(content_of(told).contains("socket:")) << "connections of ours are none of its business";
}

TEST_F(CredentialPlugin, GivesACertificate) {
  const support::Certificate own = support::self_signed("DNS:client");
  const FakeApiServer server(hello, {.client_authority = own.chain});
  const std::string status =
      R"("clientCertificateData":)" + as_json(own.chain) + R"(,"clientKeyData":)" + as_json(own.key);
  Client client(loop_.get_executor(), with_plugin(server, "cat <<'END'\n" + printed(status) + "\nEND"), {});
  const auto outcome = finish(client.send(get_node));
  EXPECT_TRUE(outcome) << outcome.error().why;
  EXPECT_FALSE(server.requests().at(0).headers.contains("authorization"));
}

TEST_F(CredentialPlugin, IsNamedWithItsLastWords) {
  EXPECT_EQ(why("echo first >&2; printf 'no\\033[1m session\\n' >&2; exit 3"),
            "\"PLUGIN\" failed with exit code 3: first no [1m session");
  EXPECT_EQ(why("kill -9 $$"), "\"PLUGIN\" was ended by signal 9");
  EXPECT_EQ(why("yes"), "\"PLUGIN\" printed more than 1 MiB, and was ended");
  EXPECT_EQ(why("echo {}"), "what \"PLUGIN\" printed cannot be used: kind: expected ExecCredential");
  const std::string no_certificate = R"("token":"t","clientCertificateData":"x","clientKeyData":"y")";
  const std::string text = why("echo '" + printed(no_certificate) + "'");
  EXPECT_TRUE(text.starts_with("what \"PLUGIN\" gave: the client certificate is not PEM: ")) << text;
}

TEST_F(CredentialPlugin, IsEndedWithAllThatItStartedWhenItHangs) {
  const fs::path file = directory_ / "child";
  const auto begin = steady_clock::now();
  EXPECT_EQ(why("sleep 1000 & echo $! > " + file.string() + "; echo waiting for you >&2; wait", seconds(3)),
            "\"PLUGIN\" did not end within 3 s, and was ended: waiting for you");
  EXPECT_LT(steady_clock::now() - begin, seconds(20));
  const pid_t child = std::stoi(content_of(file));
  for (int i = 0; i < 100 && kill(child, 0) == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_NE(kill(child, 0), 0);
}

/// A plugin that leaves a helper behind has ended, even if the helper keeps its output open.
TEST_F(CredentialPlugin, MayLeaveAHelperBehind) {
  const fs::path file = directory_ / "helper";
  const FakeApiServer server(hello);
  Client client(loop_.get_executor(),
                with_plugin(server, "sleep 1000 & echo $! > " + file.string() + "\n" + prints_number()), {});
  const auto begin = steady_clock::now();
  EXPECT_TRUE(finish(client.send(get_node)));
  EXPECT_LT(steady_clock::now() - begin, seconds(20));
  kill(std::stoi(content_of(file)), SIGKILL);
}

TEST_F(CredentialPlugin, IsMissingWithAHint) {
  const FakeApiServer server(hello);
  Config config = with_plugin(server, "");
  config.exec->command = "everynode-has-no-such-plugin";
  config.exec->install_hint = "Get it:\n  from example.com\x1b[2J";
  Client client(loop_.get_executor(), config, {});
  EXPECT_EQ(finish(client.send(get_node)).error().why,
            "kubeconfig: user \"u\": exec: \"everynode-has-no-such-plugin\" is not in PATH; Get it:   from "
            "example.com [2J");
}

TEST_F(CredentialPlugin, RunsOnlyAsKubectlsPreferencesAllow) {
  const FakeApiServer server(hello);
  Config config = with_plugin(server, prints_number());
  config.plugin_policy.kind = kubeconfig::PluginPolicy::Kind::deny_all;
  Client client(loop_.get_executor(), config, {});
  EXPECT_TRUE(finish(client.send(get_node)).error().why.ends_with("say credentialPluginPolicy: DenyAll"));
  EXPECT_FALSE(fs::exists(directory_ / "runs"));
}

TEST_F(CredentialPlugin, IsNotAllowedByItsNameIfAPathWasNamed) {
  const FakeApiServer server(hello);
  Config config = with_plugin(server, prints_number());
  config.plugin_policy = {.kind = kubeconfig::PluginPolicy::Kind::allowlist, .commands = {"plugin"}};
  const fs::path before = fs::current_path();
  fs::current_path(directory_);
  config.exec->command = "./plugin";
  Client client(loop_.get_executor(), config, {});
  const auto outcome = finish(client.send(get_node));
  fs::current_path(before);
  ASSERT_FALSE(outcome);
  EXPECT_TRUE(outcome.error().why.ends_with("it is not in credentialPluginAllowlist")) << outcome.error().why;
  EXPECT_FALSE(fs::exists(directory_ / "runs"));
}

}  // namespace
}  // namespace everynode::cluster
