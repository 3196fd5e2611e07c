#include <gtest/gtest.h>

#include "process.hpp"
#include "scripted_server.hpp"

namespace everynode {
namespace {

using support::ScriptedServer;

int probe(const ScriptedServer& server) {
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) + "/readyz";
  support::Process process({EVERYNODE_BINARY, "probe", url, "--timeout", "5"});
  return process.wait();
}

TEST(Probe, TakesNoInterimAnswerForTheAnswer) {
  for (const std::string interim : {"100 Continue", "103 Early Hints"}) {
    const ScriptedServer server(
        [&](ScriptedServer::Peer& peer) {
          peer.read_request();
          peer.write("HTTP/1.1 " + interim + "\r\n\r\n" + support::ok_answer("ok"));
          peer.wait(std::chrono::seconds(5));
        },
        {.tls = false});
    EXPECT_EQ(probe(server), 0) << interim;
  }
}

TEST(Probe, SeesThatTheAnswerAfterAnInterimOneIsBad) {
  const ScriptedServer server(
      [](ScriptedServer::Peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n");
      },
      {.tls = false});
  EXPECT_EQ(probe(server), 1);
}

}  // namespace
}  // namespace everynode
