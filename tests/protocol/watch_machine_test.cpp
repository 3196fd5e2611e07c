#include <gtest/gtest.h>

#include "watch_run.hpp"

namespace everynode::protocol {
namespace {

TEST(WatchMachine, ListsInPagesAndThenWatches) {
  Told told;
  EXPECT_EQ(told.next(), Question(List{""}));
  EXPECT_EQ(told.page(list("7", "c1", {"a", "b"})), WatchFailure::none);
  EXPECT_EQ(told.next(), Question(List{"c1"}));
  EXPECT_FALSE(told.machine.synced());
  EXPECT_EQ(told.page(list("9", "", {"c"})), WatchFailure::none);
  EXPECT_TRUE(told.machine.synced());
  EXPECT_EQ(told.next(), Question(Watch{"7"})) << "the version of the first page: nothing is missed";
  EXPECT_EQ(told.log, (Log{"begin", "listed a", "listed b", "listed c", "end 7"}));
}

TEST(WatchMachine, TakesFramesAsItTakesLines) {
  Told told;
  told.sync();
  EXPECT_EQ(told.machine.watch_encoding(), kube::Encoding::protobuf);
  EXPECT_TRUE(told.machine.on_frame(frame("ADDED", "a", "8")));
  EXPECT_TRUE(told.machine.on_frame(frame("DELETED", "a", "11")));
  EXPECT_TRUE(told.machine.on_frame(frame("BOOKMARK", "", "100")));
  EXPECT_EQ(told.log, (Log{"added a 8", "deleted a 11", "progressed 100"}));
  EXPECT_FALSE(told.machine.on_frame(support::event("ERROR", support::status(410, "Expired", "too old"))));
  EXPECT_FALSE(told.machine.on_frame(frame("ADDED", "b", "101"))) << "it is over";
  EXPECT_EQ(told.end(), WatchFailure::expired);
  EXPECT_EQ(told.machine.trouble(), "the watch ended with error 410: too old");
  EXPECT_EQ(told.next(), Question(List{""}));
}

TEST(WatchMachine, ListsAgainAfterAFrameThatCannotBeRead) {
  Told told;
  told.sync();
  EXPECT_FALSE(told.machine.on_frame("\xFF\xFF"));
  EXPECT_EQ(told.end(), WatchFailure::malformed);
  EXPECT_TRUE(told.machine.trouble().starts_with("a watch frame that cannot be read: ")) << told.machine.trouble();
  EXPECT_EQ(told.ask(), Question(List{""}));
}

TEST(WatchMachine, PassesEventsOnAndFollowsTheirVersion) {
  Told told;
  told.sync();
  EXPECT_TRUE(told.machine.on_line(line("ADDED", "a", "8")));
  EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "a", "10")));
  EXPECT_TRUE(told.machine.on_line(line("DELETED", "a", "11")));
  EXPECT_TRUE(told.machine.on_line(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"100"}}})"));
  EXPECT_EQ(told.log, (Log{"added a 8", "modified a 10", "deleted a 11", "progressed 100"}));
  EXPECT_EQ(told.machine.resource_version(), "100");
  told.now += 5min;
  EXPECT_EQ(told.end(), WatchFailure::none);
  EXPECT_EQ(told.next(), Question(Watch{"100"})) << "at once";
}

TEST(WatchMachine, PassesOnWhatCannotBeRead) {
  Told told;
  told.next();
  EXPECT_EQ(told.page(R"({"metadata":{"resourceVersion":"7"},"items":[
    {"metadata":{"name":"a"},"spec":{"taints":1}},{"metadata":{"name":"b"}}]})"),
            WatchFailure::none);
  told.next();
  EXPECT_TRUE(told.machine.on_line(
      R"({"type":"ADDED","object":{"metadata":{"name":"c","resourceVersion":"8"},"spec":{"taints":1}}})"));
  EXPECT_EQ(told.log, (Log{"begin", "listed a: spec.taints: expected an array", "listed b", "end 7",
                           "added c: spec.taints: expected an array"}));
  EXPECT_EQ(told.machine.resource_version(), "8");
}

TEST(WatchMachine, LetsHeartbeatsGatherWhileThereIsNoNews) {
  Told told;
  told.sync();
  EXPECT_EQ(told.machine.gather_time(told.now), 0ms) << "what was missed between list and watch comes now";
  told.now += 999ms;
  told.news = false;
  EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "a", "8")));
  EXPECT_EQ(told.machine.gather_time(told.now), 0ms);
  told.now += 1ms;
  EXPECT_EQ(told.machine.gather_time(told.now), 40ms);
}

TEST(WatchMachine, LetsNothingGatherAfterNews) {
  Told told;
  told.sync();
  told.now += 1min;
  EXPECT_TRUE(told.machine.on_line(line("ADDED", "a", "8")));
  told.news = false;
  EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "a", "9")));
  EXPECT_EQ(told.machine.gather_time(told.now), 0ms) << "the same piece has both";
  told.now += 999ms;
  EXPECT_TRUE(told.machine.on_line(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"10"}}})"));
  EXPECT_EQ(told.machine.gather_time(told.now), 0ms);
  told.now += 1ms;
  EXPECT_EQ(told.machine.gather_time(told.now), 40ms);
}

TEST(WatchMachine, LetsCrowdsGather) {
  Told told;
  told.sync();
  const auto come = [&](int events) {
    for (int i = 0; i < events; ++i) EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "a", "8")));
    return told.machine.gather_time(told.now);
  };
  EXPECT_EQ(come(1), 0ms);
  EXPECT_EQ(come(1000), 0ms) << "it is counted for 100 ms";
  told.now += 100ms;
  EXPECT_EQ(come(0), 40ms);
  EXPECT_EQ(come(19), 40ms);
  told.now += 100ms;
  EXPECT_EQ(come(0), 0ms) << "19 in 100 ms are no crowd";
  EXPECT_EQ(come(20), 0ms);
  told.now += 100ms;
  EXPECT_EQ(come(0), 40ms);
}

TEST(WatchMachine, NeverGoesBackwards) {
  Told told;
  told.sync();
  EXPECT_TRUE(told.machine.on_line(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"6"}}})"));
  EXPECT_EQ(told.machine.resource_version(), "7");
}

struct RefusalCase {
  unsigned status;
  Question then;
  bool at_once;
};

TEST(WatchMachine, AfterARefusedWatch) {
  for (const auto& [status, then, at_once] : std::vector<RefusalCase>{{410, List{""}, true},
                                                                      {429, Watch{"7"}, false},
                                                                      {500, Watch{"7"}, false},
                                                                      {503, Watch{"7"}, false},
                                                                      {401, Watch{"7"}, false},
                                                                      {403, Watch{"7"}, false},
                                                                      {400, List{""}, false},
                                                                      {404, List{""}, false}}) {
    Told told;
    told.sync();
    EXPECT_EQ(told.end(status, "why"), status == 410 ? WatchFailure::expired : WatchFailure::refused);
    EXPECT_NE(told.machine.trouble().find("why"), std::string::npos);
    EXPECT_EQ(told.ask(), then) << status;
    EXPECT_EQ(told.waited == 0ms, at_once) << status;
    EXPECT_EQ(told.log, Log{}) << "nothing is deleted for it";
  }
}

TEST(WatchMachine, AfterAnErrorEvent) {
  for (const auto& [code, then, at_once] : std::vector<RefusalCase>{
           {410, List{""}, true}, {429, Watch{"7"}, false}, {500, List{""}, false}, {0, List{""}, false}}) {
    Told told;
    told.sync();
    EXPECT_FALSE(told.machine.on_line(error(code)));
    EXPECT_FALSE(told.machine.on_line(line("ADDED", "a", "8"))) << "what comes after it does not count";
    EXPECT_EQ(told.end(), code == 410 ? WatchFailure::expired : WatchFailure::refused);
    EXPECT_EQ(told.ask(), then) << code;
    EXPECT_EQ(told.waited == 0ms, at_once) << code;
    EXPECT_EQ(told.log, Log{});
  }
}

TEST(WatchMachine, AfterABrokenWatch) {
  Told told;
  told.sync();
  EXPECT_TRUE(told.machine.on_line(line("ADDED", "a", "8")));
  EXPECT_EQ(told.broken(), WatchFailure::no_reply);
  EXPECT_EQ(told.machine.trouble(), "broken");
  EXPECT_EQ(told.ask(), Question(Verify{{.namespace_ = "", .name = "a"}}));
  EXPECT_GE(told.waited, 100ms);
  EXPECT_EQ(told.verified("12", "8"), WatchFailure::none);
  EXPECT_EQ(told.ask(), Question(Watch{"8"})) << "nothing was put back";
  EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "a", "9")));
  EXPECT_EQ(told.machine.trouble(), "") << "it works again";
}

TEST(WatchMachine, ALineThatCannotBeReadDeletesNothingAndListsAgain) {
  Told told;
  told.sync();
  EXPECT_FALSE(told.machine.on_line(R"({"type":"DELETED","object":{"metadata":{}}})"));
  EXPECT_EQ(told.end(), WatchFailure::malformed);
  EXPECT_NE(told.machine.trouble().find(R"({"type":"DELETED")"), std::string::npos) << told.machine.trouble();
  EXPECT_EQ(told.ask(), Question(List{""}));
  EXPECT_EQ(told.log, Log{});
}

TEST(WatchMachine, APageThatCannotBeReadStartsTheListOver) {
  Told told;
  told.next();
  told.page(list("7", "c1", {"a"}));
  told.next();
  EXPECT_EQ(told.page(R"({"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"b"}},{"spec":1}]})"),
            WatchFailure::malformed);
  EXPECT_EQ(told.ask(), Question(List{""}));
  EXPECT_GE(told.waited, 100ms);
  told.page(list("8", "", {"a"}));
  EXPECT_EQ(told.log, (Log{"begin", "listed a", "listed b", "begin", "listed a", "end 8"}));
}

TEST(WatchMachine, AnExpiredContinueTokenStartsTheListOverAtOnce) {
  Told told;
  told.next();
  told.page(list("7", "c1", {"a"}));
  told.next();
  EXPECT_EQ(told.page("too old", 410), WatchFailure::expired);
  EXPECT_EQ(told.next(), Question(List{""}));
  told.page(list("8", "c2", {"a"}));
  told.next();
  told.page("too old", 410);
  EXPECT_TRUE(std::holds_alternative<Wait>(told.next())) << "but not again and again";
}

TEST(WatchMachine, APageThatDidNotComeIsAskedForAgain) {
  Told told;
  told.next();
  told.page(list("7", "c1", {"a"}));
  told.next();
  EXPECT_EQ(told.machine.on_page(std::unexpected(kube::NoReply{.why = "broken", .sent = false})),
            WatchFailure::no_reply);
  EXPECT_EQ(told.ask(), Question(List{"c1"}));
  EXPECT_EQ(told.page("busy", 503), WatchFailure::refused);
  EXPECT_EQ(told.ask(), Question(List{"c1"}));
  EXPECT_EQ(told.page("what token?", 400), WatchFailure::refused);
  EXPECT_EQ(told.ask(), Question(List{""}));
}

TEST(WatchMachine, WaitsAsLongAsTheServerAsks) {
  Told told;
  told.next();
  told.machine.on_page(kube::Reply{.status = 429, .body = "", .retry_after = 10s});
  told.ask();
  EXPECT_EQ(told.waited, 10s);
  told.machine.on_page(kube::Reply{.status = 429, .body = "", .retry_after = std::chrono::seconds::max()});
  told.ask();
  EXPECT_EQ(told.waited, 40s) << "but not longer than the cap";
}

TEST(WatchMachine, WaitsLongerWhenItGoesOnFailingAndShortlyAfterAHealthyWatch) {
  Told told;
  told.sync();
  for (int i = 0; i < 30; ++i) {
    told.broken();
    const Question question = told.next();
    ASSERT_TRUE(std::holds_alternative<Wait>(question));
    ASSERT_LE(std::get<Wait>(question).duration, 30s);
    ASSERT_GE(std::get<Wait>(question).duration, 100ms);
    told.waited += std::get<Wait>(question).duration;
    ASSERT_TRUE(std::holds_alternative<Verify>(told.next()));
    told.verified("7");
    ASSERT_TRUE(std::holds_alternative<Watch>(told.next()));
  }
  EXPECT_GT(told.waited, 30s);
  told.now += 1min;
  told.broken();
  EXPECT_LE(std::get<Wait>(told.next()).duration, 300ms);
}

TEST(WatchMachine, AServerThatClosesAtOnceIsNotAskedAgainAtOnce) {
  Told told;
  told.sync();
  EXPECT_EQ(told.end(), WatchFailure::closed_early);
  EXPECT_TRUE(std::holds_alternative<Wait>(told.next()));
}

/// A busy API server does, when a watch cannot keep up with it.
TEST(WatchMachine, AWatchThatIsClosedAfterAnEventGoesOnSoon) {
  Told told;
  told.sync();
  for (const std::string version : {"8", "9", "10"}) {
    EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "a", version)));
    EXPECT_EQ(told.end(), WatchFailure::none);
    EXPECT_EQ(told.machine.trouble(), "");
    EXPECT_EQ(told.next(), Question(Wait{50ms}));
    EXPECT_EQ(told.next(), Question(Watch{version}));
  }
  EXPECT_EQ(told.end(), WatchFailure::closed_early) << "the last one told nothing";
}

TEST(WatchMachine, WhenEverythingExpiresItWaits) {
  Told told;
  told.sync();
  told.end(410);
  EXPECT_EQ(told.next(), Question(List{""}));
  told.page(list("9", "", {}));
  EXPECT_EQ(told.next(), Question(Watch{"9"}));
  told.end(410);
  EXPECT_TRUE(std::holds_alternative<Wait>(told.next()));
}

}  // namespace
}  // namespace everynode::protocol
