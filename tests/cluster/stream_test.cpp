#include "client_fixture.hpp"
#include "protobuf.hpp"

namespace everynode::cluster {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Lines = std::vector<std::string>;

ApiAnswer streamed(std::function<void(ApiStream&)> script) {
  return {.stream = std::move(script)};
}

TEST_F(ClientTest, GivesAWatchLineByLine) {
  const FakeApiServer server([](const ApiRequest&) {
    return streamed([](ApiStream& stream) {
      for (const auto* piece : {"{\"a\"", ":1}\n{\"b\":2}\n{\"c", "\":3", "}", "\n"}) {
        stream.write(piece);
        stream.wait(milliseconds(5));
      }
    });
  });
  Client client = client_for(server);
  Lines lines;
  const auto outcome = stream(client, lines);
  ASSERT_TRUE(outcome) << outcome.error().why;
  EXPECT_EQ(outcome->status, 200U);
  EXPECT_EQ(lines, (Lines{R"({"a":1})", R"({"b":2})", R"({"c":3})"}));
  EXPECT_EQ(server.requests().at(0).target,
            "/api/v1/pods?watch=1&allowWatchBookmarks=true&resourceVersion=1&timeoutSeconds=60");
}

TEST_F(ClientTest, GivesAWatchInProtobufFrameByFrame) {
  const FakeApiServer server([](const ApiRequest&) {
    const std::string body = support::framed("a") + support::framed("b\nc") + support::framed("half").substr(0, 6);
    return ApiAnswer{.body = body, .headers = {{"Content-Type", "application/vnd.kubernetes.protobuf;stream=watch"}}};
  });
  Client client = client_for(server);
  kube::Request request = watch_pods;
  request.answer = kube::Encoding::protobuf;
  Lines frames;
  const auto keep = [&](std::string_view frame, kube::Encoding encoding) {
    EXPECT_EQ(encoding, kube::Encoding::protobuf);
    return frames.emplace_back(frame), true;
  };
  const auto outcome = finish(client.stream(request, keep));
  ASSERT_TRUE(outcome) << outcome.error().why;
  EXPECT_EQ(frames, (Lines{"a", "b\nc"}));
  EXPECT_EQ(server.requests().at(0).headers.at("accept"), "application/vnd.kubernetes.protobuf,application/json");
}

TEST_F(ClientTest, TakesJsonFromAServerThatKnowsNothingElse) {
  const FakeApiServer server([](const ApiRequest&) { return ApiAnswer{.body = "{}\n"}; });
  Client client = client_for(server);
  kube::Request request = watch_pods;
  request.answer = kube::Encoding::protobuf;
  const auto is_json = [](std::string_view line, kube::Encoding encoding) {
    EXPECT_EQ(line, "{}");
    EXPECT_EQ(encoding, kube::Encoding::json);
    return true;
  };
  EXPECT_TRUE(finish(client.stream(request, is_json)));
}

TEST_F(ClientTest, GivesLinesOfAnyLength) {
  const std::string line(2'000'000, 'x');
  const FakeApiServer server([&](const ApiRequest&) { return ApiAnswer{.body = line + "\nend\n", .chunked = true}; });
  Client client = client_for(server);
  Lines lines;
  EXPECT_TRUE(stream(client, lines));
  EXPECT_EQ(lines, (Lines{line, "end"}));
}

TEST_F(ClientTest, GivesAChunkThatIsLongerThanATlsRecord) {
  const std::string line(100'000, 'x');
  const FakeApiServer server(
      [&](const ApiRequest&) {
        return streamed([&](ApiStream& stream) {
          stream.write(line + "\nnext\n");
          stream.write("last\n");
        });
      },
      {.tls = true});
  Client client = client_for(server);
  Lines lines;
  EXPECT_TRUE(stream(client, lines));
  EXPECT_EQ(lines, (Lines{line, "next", "last"}));
}

TEST_F(ClientTest, GivesTheRefusalOfAWatch) {
  const FakeApiServer server([](const ApiRequest&) { return ApiAnswer{.status = 410, .body = "gone"}; });
  Client client = client_for(server);
  Lines lines;
  const auto outcome = stream(client, lines);
  EXPECT_EQ(outcome->status, 410U);
  EXPECT_EQ(outcome->body, "gone");
  EXPECT_TRUE(lines.empty());
}

TEST_F(ClientTest, EndsAWatchThatFallsSilent) {
  const FakeApiServer server([](const ApiRequest&) {
    return streamed([](ApiStream& stream) {
      for (int i = 0; i < 4; ++i) {
        stream.write("x\n");
        stream.wait(milliseconds(800));  // all of it takes longer than silence may last
      }
      stream.wait(seconds(30));
    });
  });
  Client client = client_for(server, {.silence_timeout = seconds(3)});
  Lines lines;
  const auto outcome = stream(client, lines);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(lines.size(), 4U) << "what goes on slowly is not silent";
  EXPECT_EQ(outcome.error().why, config_of(server).address() + ": it fell silent for 3 s");
}

TEST_F(ClientTest, EndsAWatchThatIsSilentForLongerThanItMayBeNow) {
  const FakeApiServer server([](const ApiRequest&) {
    return streamed([](ApiStream& stream) {
      stream.write("x\n");
      stream.wait(seconds(30));
    });
  });
  Client client = client_for(server);
  Lines lines;
  const OnEvent keep = [&](std::string_view line, kube::Encoding) { return lines.emplace_back(line), true; };
  const Patience patience = [&] { return lines.empty() ? std::nullopt : std::optional(seconds(1)); };
  const auto outcome = finish(client.stream(watch_pods, keep, [] { return milliseconds(0); }, [] {}, patience));
  ASSERT_FALSE(outcome);
  EXPECT_TRUE(outcome.error().silent);
  EXPECT_EQ(outcome.error().why, config_of(server).address() + ": it fell silent for 1 s");
}

TEST_F(ClientTest, SaysThatAWatchBroke) {
  const FakeApiServer server([](const ApiRequest&) {
    return streamed([](ApiStream& stream) {
      stream.write("x\nhalf a li");
      stream.wait(milliseconds(50));
      stream.drop();
    });
  });
  Client client = client_for(server);
  Lines lines;
  EXPECT_FALSE(stream(client, lines));
  EXPECT_EQ(lines, Lines{"x"});
}

TEST_F(ClientTest, EndsAWatchThatNobodyWants) {
  const FakeApiServer server([](const ApiRequest&) {
    return streamed([](ApiStream& stream) {
      while (stream.write("x\n")) stream.wait(milliseconds(1));
    });
  });
  Client client = client_for(server);
  int lines = 0;
  const auto outcome = finish(client.stream(watch_pods, [&](std::string_view, kube::Encoding) { return ++lines < 3; }));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, 200U);
  EXPECT_EQ(lines, 3);
}

/// Nothing follows the last line that would wake the client up for it.
TEST_F(ClientTest, GivesWhatGatheredWhenItsTimeIsOver) {
  for (const bool tls : {false, true}) {
    const auto script = [](ApiStream& stream) {
      for (const auto* line : {"a\n", "b\n", "c\n"}) {
        stream.write(line);
        stream.wait(milliseconds(20));
      }
      stream.wait(seconds(30));
    };
    const FakeApiServer server([&](const ApiRequest&) { return streamed(script); }, {.tls = tls});
    Client client = client_for(server, {.silence_timeout = seconds(5)});
    Lines lines;
    const auto until_c = [&](std::string_view line, kube::Encoding) {
      lines.emplace_back(line);
      return line != "c";
    };
    const auto outcome = finish(client.stream(watch_pods, until_c, [] { return 300ms; }));
    EXPECT_TRUE(outcome) << outcome.error().why;
    EXPECT_EQ(lines, (Lines{"a", "b", "c"}));
  }
}

TEST_F(ClientTest, LetsNoMoreGatherThanTheKernelHoldsAnyhow) {
  const std::string piece = std::string(1023, 'x') + "\n";
  const FakeApiServer server([&](const ApiRequest&) {
    return streamed([&](ApiStream& stream) {
      while (stream.write(piece)) {
      }
    });
  });
  Client client = client_for(server, {.silence_timeout = seconds(10)});
  int lines = 0;
  const auto some = [&](std::string_view, kube::Encoding) { return ++lines < 1000; };
  const auto outcome = finish(client.stream(watch_pods, some, [] { return 600s; }));
  EXPECT_TRUE(outcome) << outcome.error().why;
  EXPECT_EQ(lines, 1000);
}

TEST_F(ClientTest, NoticesABreakWhileNextLinesGather) {
  const FakeApiServer server([](const ApiRequest&) {
    return streamed([](ApiStream& stream) {
      stream.write("x\n");
      stream.wait(milliseconds(50));
      stream.drop();
    });
  });
  Client client = client_for(server, {.silence_timeout = seconds(10)});
  const auto ignore = [](std::string_view, kube::Encoding) { return true; };
  const auto outcome = finish(client.stream(watch_pods, ignore, [] { return 600s; }));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().why.find("silent"), std::string::npos) << outcome.error().why;
}

TEST_F(ClientTest, ClosesWhileNextLinesGather) {
  const FakeApiServer server([](const ApiRequest&) {
    return streamed([](ApiStream& stream) {
      stream.write("x\n");
      stream.wait(seconds(30));
    });
  });
  Client client = client_for(server);
  const auto close_soon = [&](std::string_view, kube::Encoding) {
    boost::asio::post(loop_, [&] { client.close(); });
    return true;
  };
  const auto outcome = finish(client.stream(watch_pods, close_soon, [] { return 600s; }));
  EXPECT_FALSE(outcome);
}

TEST_F(ClientTest, GivesOthersTheirTurnInAFlood) {
  constexpr int lines = 4096;
  const std::string flood = [] {
    std::string text;
    for (int i = 0; i < lines; ++i) text += std::string(1023, 'x') + "\n";
    return text;
  }();
  const FakeApiServer server(
      [&](const ApiRequest&) { return streamed([&](ApiStream& stream) { stream.write(flood); }); }, {.tls = true});
  Client client = client_for(server);
  int seen = 0;
  int turns = 0;
  const auto give_up = std::chrono::steady_clock::now() + seconds(30);
  const std::function<void()> take_turns = [&] {
    if (seen > 0) ++turns;
    if (seen < lines && std::chrono::steady_clock::now() < give_up) boost::asio::post(loop_, take_turns);
  };
  take_turns();
  const auto outcome = finish(client.stream(watch_pods, [&](std::string_view, kube::Encoding) { return ++seen > 0; }));
  EXPECT_TRUE(outcome) << outcome.error().why;
  EXPECT_EQ(seen, lines);
  EXPECT_GE(turns, lines / 128) << "no more than some 64 KiB are read between two";
}

TEST_F(ClientTest, KeepsStreamsBesideTheLimitOfConnections) {
  const FakeApiServer server([](const ApiRequest& request) {
    if (!request.target.contains("watch=1")) return ApiAnswer{.body = "x"};
    return streamed([](ApiStream& stream) { stream.wait(milliseconds(200)); });
  });
  Client client = client_for(server, {.connections = 1});
  const auto ignore = [](std::string_view, kube::Encoding) { return true; };
  const auto first = begin(client.stream(watch_pods, ignore));
  const auto second = begin(client.stream(kube::watch(kube::nodes, "1", seconds(60)), ignore));
  const auto request = begin(client.send(get_node));
  run();
  EXPECT_TRUE(*first);
  EXPECT_TRUE(*second);
  EXPECT_EQ(request->value().body, "x");
}

}  // namespace
}  // namespace everynode::cluster
