// `everynode __complete`, the hidden verb with which a shell's completion gets names.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "process.hpp"
#include "scripted_server.hpp"

namespace everynode {
namespace {

using support::ScriptedServer;

/// Exit code and output.
std::string complete(const ScriptedServer& server, const std::string& words) {
  const auto kubeconfig = support::fresh_name("kubeconfig");
  std::ofstream(kubeconfig) << R"({"current-context": "c", "clusters": [{"name": "k", "cluster": {"server":)"
                            << "\"http://127.0.0.1:" << server.port() << "\"}}],"
                            << R"("contexts": [{"name": "c", "context": {"cluster": "k", "namespace": "home"}}]})";
  FILE* const pipe =
      popen((EVERYNODE_BINARY " __complete " + words + " --kubeconfig " + kubeconfig.string() + " 2>&1").c_str(), "r");
  std::string out;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) out += buffer.data();
  const int status = pclose(pipe);
  std::filesystem::remove(kubeconfig);
  return std::to_string(WEXITSTATUS(status)) + " " + out;
}

void answer(ScriptedServer::Peer& peer) {
  const std::string request = peer.read_request();
  const std::string name = request.contains(" /apis/apps/v1/namespaces/home/daemonsets?limit=500 ")    ? "agent"
                           : request.contains(" /apis/apps/v1/namespaces/other/daemonsets?limit=500 ") ? "other"
                           : request.contains(" /api/v1/namespaces?limit=500 ")                        ? "home"
                                                                                                       : "wrong";
  peer.write(support::ok_answer(R"json({"metadata":{"resourceVersion":"1"},"items":[
    {"metadata":{"name":"$(reboot)","uid":"1"}},
    {"metadata":{"name":")json" +
                                name + R"json(","uid":"2"}}]})json"));
}

TEST(Complete, PrintsTheNamesThatTheClusterHasAndNothingElse) {
  const ScriptedServer server(answer, {.tls = false});
  EXPECT_EQ(complete(server, "daemonsets"), "0 agent\n") << "and not what is no name";
  EXPECT_EQ(complete(server, "daemonsets -n other"), "0 other\n");
  EXPECT_EQ(complete(server, "namespaces -n other"), "0 home\n");
}

TEST(Complete, IsQuietWhenItIsRefused) {
  const ScriptedServer server(
      [](ScriptedServer::Peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
      },
      {.tls = false});
  EXPECT_EQ(complete(server, "daemonsets"), "1 ");
}

TEST(Complete, WaitsForNoServerThatDoesNotAnswer) {
  const ScriptedServer server([](ScriptedServer::Peer& peer) { peer.wait(std::chrono::seconds(60)); }, {.tls = false});
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(complete(server, "daemonsets"), "1 ");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

}  // namespace
}  // namespace everynode
