#include "everynode/cluster/informer.hpp"

#include "client_fixture.hpp"

namespace everynode::cluster {
namespace {

using Log = std::vector<std::string>;

class InformerTest : public ClientTest {
 protected:
  protocol::WatchConsumer consumer(bool streams = false) {
    return {.read = [this](codec::JsonValue value) { return objects::read(value, pod_ = {}); },
            .begin_replacement = [this] { log("begin"); },
            .listed = [this](const protocol::Object&) { log("listed " + pod_.name); },
            .end_replacement =
                [this](std::string_view version) {
                  log("end " + std::string(version));
                  return kube::Continuity::proven;
                },
            .changed =
                [this](protocol::Change, const protocol::Object&) {
                  log("changed " + pod_.name);
                  return true;
                },
            .progressed = [this](std::string_view version) { log("progressed " + std::string(version)); },
            .streams = streams};
  }

  InformerObserver observer() {
    return {.page_asked = [this] { ++pages_; },
            .watch_begun = [this] { ++watches_; },
            .failed =
                [this](protocol::WatchFailure failure, const std::string& trouble) {
                  troubles_.push_back(std::string(name_of(failure)) + " " + trouble);
                }};
  }

  /// Runs the informer until the consumer has received `last`.
  void run_until(const FakeApiServer& server, const std::string& last, bool streams = false) {
    Client client = client_for(server);
    Informer informer(loop_.get_executor(), client, kube::pods, consumer(streams), observer(), 1);
    told_ = [&] {
      if (log_.back() != last) return;
      synced_ = informer.synced();
      version_ = informer.resource_version();
      informer.stop();
      client.close();
    };
    const auto rethrow = [](const std::exception_ptr& error) {
      if (error) std::rethrow_exception(error);
    };
    boost::asio::co_spawn(loop_, informer.run(), rethrow);
    loop_.run_for(std::chrono::seconds(20));
    EXPECT_TRUE(loop_.stopped()) << "it did not end";
  }

  void log(std::string what) {
    log_.push_back(std::move(what));
    boost::asio::post(loop_, told_);
  }

  objects::DaemonPod pod_;  ///< read last
  Log log_;
  Log troubles_;
  std::function<void()> told_;
  std::string version_;
  bool synced_ = false;
  int pages_ = 0;
  int watches_ = 0;
};

std::string page(const std::string& version, const std::string& continue_, const std::string& name) {
  return R"({"metadata":{"resourceVersion":")" + version + R"(","continue":")" + continue_ +
         R"("},"items":[{"metadata":{"name":")" + name + R"("}}]})";
}

ApiAnswer watched(std::string line, bool drop) {
  return {.stream = [text = std::move(line) + "\n", drop](ApiStream& stream) {
    stream.write(text);
    if (drop) return stream.drop();
    stream.wait(std::chrono::minutes(1));
  }};
}

TEST_F(InformerTest, ListsWatchesAndRecovers) {
  const FakeApiServer server([lists = 0](const ApiRequest& request) mutable -> ApiAnswer {
    const auto has = [&](std::string_view text) { return request.target.find(text) != std::string::npos; };
    if (has("limit=1&"))
      return {.body =
                  R"({"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"c","resourceVersion":"6"}}]})"};
    if (!has("watch=1") && has("continue=more")) return {.body = page("5", "", "b")};
    if (!has("watch=1")) return {.body = ++lists == 1 ? page("5", "more", "a") : page("8", "", "a")};
    if (has("resourceVersion=5&") && lists == 1)
      return watched(R"({"type":"ADDED","object":{"metadata":{"name":"c","resourceVersion":"6"}}})", true);
    if (has("resourceVersion=6&")) return {.status = 410, .body = "{}"};
    return watched(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}})", false);
  });
  run_until(server, "progressed 9");
  EXPECT_EQ(log_,
            (Log{"begin", "listed a", "listed b", "end 5", "changed c", "begin", "listed a", "end 8", "progressed 9"}));
  EXPECT_TRUE(synced_);
  EXPECT_EQ(version_, "9");
  EXPECT_EQ(pages_, 3);
  EXPECT_EQ(watches_, 3);
  ASSERT_EQ(troubles_.size(), 2U);
  EXPECT_TRUE(troubles_[0].starts_with("no_reply ")) << troubles_[0];
  EXPECT_TRUE(troubles_[1].starts_with("expired ")) << troubles_[1];
}

std::string told(const std::string& name, const std::string& version) {
  return R"({"type":"ADDED","object":{"metadata":{"name":")" + name + R"(","resourceVersion":")" + version + R"("}}})" +
         "\n";
}

constexpr const char* all_told =
    R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9","annotations":{"k8s.io/initial-events-end":"true"}}}})";

TEST_F(InformerTest, BeginsWithAStreamAndAgainWhereThatBreaks) {
  const FakeApiServer server([streams = 0](const ApiRequest& request) mutable -> ApiAnswer {
    if (request.target.find("sendInitialEvents=true") == std::string::npos) return {.status = 500, .body = "{}"};
    if (++streams == 1) return watched(told("a", "5") + "{\"type\":\"AD", true);
    return watched(told("b", "6") + all_told + "\n" + told("c", "10"), false);
  });
  run_until(server, "changed c", true);
  EXPECT_EQ(log_, (Log{"begin", "listed a", "begin", "listed b", "end 9", "changed c"}));
  EXPECT_TRUE(synced_);
  EXPECT_EQ(pages_, 0);
  EXPECT_EQ(watches_, 2);
}

TEST_F(InformerTest, ListsInPagesWhereThereAreNoStreams) {
  const FakeApiServer server([](const ApiRequest& request) -> ApiAnswer {
    if (request.target.find("sendInitialEvents=true") != std::string::npos) return {.status = 422, .body = "{}"};
    if (request.target.find("watch=1") == std::string::npos) return {.body = page("5", "", "a")};
    return watched(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}})", false);
  });
  run_until(server, "progressed 9", true);
  EXPECT_EQ(log_, (Log{"begin", "listed a", "end 5", "progressed 9"}));
  EXPECT_EQ(pages_, 1);
  EXPECT_EQ(troubles_, Log{}) << "that is no trouble";
}

TEST_F(InformerTest, ExplainsAMissingRuleOfARoleAndGoesOnAsking) {
  const FakeApiServer server([lists = 0](const ApiRequest& request) mutable -> ApiAnswer {
    if (request.target.find("watch=1") != std::string::npos)
      return watched(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}})", false);
    if (++lists > 1) return {.body = page("5", "", "a")};
    return {.status = 403, .body = R"({"kind":"Status","code":403,"reason":"Forbidden","message":"no"})"};
  });
  run_until(server, "progressed 9");
  ASSERT_EQ(troubles_.size(), 1U);
  EXPECT_TRUE(troubles_[0].starts_with("refused ")) << troubles_[0];
  EXPECT_NE(troubles_[0].find("list"), std::string::npos) << troubles_[0];
  EXPECT_NE(troubles_[0].find("pods"), std::string::npos) << troubles_[0];
}

}  // namespace
}  // namespace everynode::cluster
