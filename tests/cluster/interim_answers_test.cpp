#include <atomic>

#include "client_fixture.hpp"
#include "scripted_server.hpp"

namespace everynode::cluster {
namespace {

using support::ok_answer;
using support::ScriptedServer;

/// RFC 9110, 15.2: any number of interim answers may precede the answer.
const std::string interim_answers =
    "HTTP/1.1 100 Continue\r\n\r\n"
    "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
    "HTTP/1.1 102 Processing\r\n\r\n";

/// Counts requests in the bodies of its answers: "1", "2", ...
void count_requests(ScriptedServer::Peer& peer) {
  int count = 0;
  while (!peer.read_request().empty()) peer.write(interim_answers + ok_answer(std::to_string(++count)));
}

class InterimAnswers : public ClientTest {
 protected:
  static Config config_for(const ScriptedServer& server) {
    Config config;
    config.source = "the test";
    config.tls = false;
    config.host = "127.0.0.1";
    config.port = server.port();
    return config;
  }
};

TEST_F(InterimAnswers, AreNotTheAnswer) {
  const ScriptedServer server(count_requests, {.tls = false});
  Client client(loop_.get_executor(), config_for(server), {});
  for (const auto* expected : {"1", "2", "3"}) {
    const auto outcome = finish(client.send(create_pod));
    ASSERT_TRUE(outcome) << outcome.error().why;
    EXPECT_EQ(outcome->status, 200U);
    EXPECT_EQ(outcome->body, expected) << "an answer belongs to its own request";
  }
}

TEST_F(InterimAnswers, ComeBeforeWatchesToo) {
  const ScriptedServer server(
      [](ScriptedServer::Peer& peer) {
        peer.read_request();
        peer.write(interim_answers + ok_answer("{\"a\":1}\n"));
      },
      {.tls = false});
  Client client(loop_.get_executor(), config_for(server), {});
  std::vector<std::string> lines;
  const auto outcome = stream(client, lines);
  ASSERT_TRUE(outcome) << outcome.error().why;
  EXPECT_EQ(lines, std::vector<std::string>{R"({"a":1})"});
}

/// The client asked for no other protocol; what follows on that connection is not HTTP.
TEST_F(InterimAnswers, DoNotIncludeAChangeOfTheProtocol) {
  std::atomic<int> connections = 0;
  const ScriptedServer server(
      [&](ScriptedServer::Peer& peer) {
        ++connections;
        while (!peer.read_request().empty()) peer.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
      },
      {.tls = false});
  Client client(loop_.get_executor(), config_for(server), {});
  for (int i = 0; i < 2; ++i) {
    const auto outcome = finish(client.send(get_node));
    ASSERT_TRUE(outcome) << outcome.error().why;
    EXPECT_EQ(outcome->status, 101U);
  }
  EXPECT_EQ(connections, 2) << "it is not used again";
}

}  // namespace
}  // namespace everynode::cluster
