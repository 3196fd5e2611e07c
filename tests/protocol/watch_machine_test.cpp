#include <gtest/gtest.h>

#include "watch_run.hpp"

namespace everynode::protocol {
namespace {

TEST(WatchMachine, ListsInPagesAndThenWatches) {
  Driver driver;
  EXPECT_EQ(driver.next(), Question(List{""}));
  EXPECT_EQ(driver.page(list("7", "c1", {"a", "b"})), WatchFailure::none);
  EXPECT_EQ(driver.next(), Question(List{"c1"}));
  EXPECT_FALSE(driver.machine.synced());
  EXPECT_EQ(driver.page(list("9", "", {"c"})), WatchFailure::none);
  EXPECT_TRUE(driver.machine.synced());
  EXPECT_EQ(driver.next(), Question(Watch{"7"})) << "the version of the first page: nothing is missed";
  EXPECT_EQ(driver.log, (Log{"begin", "listed a", "listed b", "listed c", "end 7"}));
}

TEST(WatchMachine, TakesFramesAsItTakesLines) {
  Driver driver;
  driver.sync();
  EXPECT_EQ(driver.machine.encoding(), kube::Encoding::protobuf);
  EXPECT_TRUE(driver.machine.on_frame(frame("ADDED", "a", "8")));
  EXPECT_TRUE(driver.machine.on_frame(frame("DELETED", "a", "11")));
  EXPECT_TRUE(driver.machine.on_frame(frame("BOOKMARK", "", "100")));
  EXPECT_EQ(driver.log, (Log{"added a 8", "deleted a 11", "progressed 100"}));
  EXPECT_FALSE(driver.machine.on_frame(support::event("ERROR", support::status(410, "Expired", "too old"))));
  EXPECT_FALSE(driver.machine.on_frame(frame("ADDED", "b", "101"))) << "it is over";
  EXPECT_EQ(driver.end(), WatchFailure::expired);
  EXPECT_EQ(driver.machine.problem(), "the watch ended with error 410: too old");
  EXPECT_EQ(driver.next(), Question(List{""}));
}

TEST(WatchMachine, TakesPagesInProtobufAsItTakesThemInJson) {
  Driver driver;
  driver.next();
  const auto page = [&](const std::string& body) {
    return driver.machine.on_page(
        kube::Reply{.status = 200, .body = body, .retry_after = {}, .encoding = kube::Encoding::protobuf});
  };
  using support::enveloped;
  EXPECT_EQ(page(enveloped("NodeList", support::list_of("7", "c1", {support::metadata("a", "5")}))),
            WatchFailure::none);
  EXPECT_EQ(driver.next(), Question(List{"c1"}));
  EXPECT_EQ(page("<html>"), WatchFailure::malformed);
  EXPECT_EQ(driver.machine.problem(), "a list that cannot be read: Kubernetes' magic number is missing");
  EXPECT_EQ(driver.ask(), Question(List{""}));
  driver.take_log();
  EXPECT_EQ(page(enveloped("NodeList", support::list_of("9", "", {support::metadata("a", "5")}))), WatchFailure::none);
  EXPECT_EQ(driver.log, (Log{"begin", "listed a 5", "end 9"}));
  EXPECT_EQ(driver.next(), Question(Watch{"9"}));
}

TEST(WatchMachine, ListsAgainAfterAFrameThatCannotBeRead) {
  Driver driver;
  driver.sync();
  EXPECT_FALSE(driver.machine.on_frame("\xFF\xFF"));
  EXPECT_EQ(driver.end(), WatchFailure::malformed);
  EXPECT_TRUE(driver.machine.problem().starts_with("a watch frame that cannot be read: ")) << driver.machine.problem();
  EXPECT_EQ(driver.ask(), Question(List{""}));
}

TEST(WatchMachine, PassesEventsOnAndFollowsTheirVersion) {
  Driver driver;
  driver.sync();
  EXPECT_TRUE(driver.machine.on_line(line("ADDED", "a", "8")));
  EXPECT_TRUE(driver.machine.on_line(line("MODIFIED", "a", "10")));
  EXPECT_TRUE(driver.machine.on_line(line("DELETED", "a", "11")));
  EXPECT_TRUE(driver.machine.on_line(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"100"}}})"));
  EXPECT_EQ(driver.log, (Log{"added a 8", "modified a 10", "deleted a 11", "progressed 100"}));
  EXPECT_EQ(driver.machine.resource_version(), "100");
  driver.now += 5min;
  EXPECT_EQ(driver.end(), WatchFailure::none);
  EXPECT_EQ(driver.next(), Question(Watch{"100"})) << "at once";
}

TEST(WatchMachine, PassesOnWhatCannotBeRead) {
  Driver driver;
  driver.next();
  EXPECT_EQ(driver.page(R"({"metadata":{"resourceVersion":"7"},"items":[
    {"metadata":{"name":"a"},"spec":{"taints":1}},{"metadata":{"name":"b"}}]})"),
            WatchFailure::none);
  driver.next();
  EXPECT_TRUE(driver.machine.on_line(
      R"({"type":"ADDED","object":{"metadata":{"name":"c","resourceVersion":"8"},"spec":{"taints":1}}})"));
  EXPECT_EQ(driver.log, (Log{"begin", "listed a: spec.taints: expected an array", "listed b", "end 7",
                             "added c: spec.taints: expected an array"}));
  EXPECT_EQ(driver.machine.resource_version(), "8");
}

TEST(WatchMachine, LetsHeartbeatsGatherWhileThereIsNoNews) {
  Driver driver;
  driver.sync();
  EXPECT_EQ(driver.machine.gather_time(driver.now), 0ms) << "what was missed between list and watch comes now";
  driver.now += 999ms;
  driver.news = false;
  EXPECT_TRUE(driver.machine.on_line(line("MODIFIED", "a", "8")));
  EXPECT_EQ(driver.machine.gather_time(driver.now), 0ms);
  driver.now += 1ms;
  EXPECT_EQ(driver.machine.gather_time(driver.now), 40ms);
}

TEST(WatchMachine, LetsNothingGatherAfterNews) {
  Driver driver;
  driver.sync();
  driver.now += 1min;
  EXPECT_TRUE(driver.machine.on_line(line("ADDED", "a", "8")));
  driver.news = false;
  EXPECT_TRUE(driver.machine.on_line(line("MODIFIED", "a", "9")));
  EXPECT_EQ(driver.machine.gather_time(driver.now), 0ms) << "the same piece has both";
  driver.now += 999ms;
  EXPECT_TRUE(driver.machine.on_line(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"10"}}})"));
  EXPECT_EQ(driver.machine.gather_time(driver.now), 0ms);
  driver.now += 1ms;
  EXPECT_EQ(driver.machine.gather_time(driver.now), 40ms);
}

TEST(WatchMachine, LetsCrowdsGather) {
  Driver driver;
  driver.sync();
  const auto come = [&](int events) {
    for (int i = 0; i < events; ++i) EXPECT_TRUE(driver.machine.on_line(line("MODIFIED", "a", "8")));
    return driver.machine.gather_time(driver.now);
  };
  EXPECT_EQ(come(1), 0ms);
  EXPECT_EQ(come(1000), 0ms) << "it is counted for 100 ms";
  driver.now += 100ms;
  EXPECT_EQ(come(0), 40ms);
  EXPECT_EQ(come(4), 40ms);
  driver.now += 100ms;
  EXPECT_EQ(come(0), 0ms) << "four in 100 ms are no crowd";
  EXPECT_EQ(come(5), 0ms);
  driver.now += 100ms;
  EXPECT_EQ(come(0), 40ms);
}

TEST(WatchMachine, NeverGoesBackwards) {
  Driver driver;
  driver.sync();
  EXPECT_TRUE(driver.machine.on_line(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"6"}}})"));
  EXPECT_EQ(driver.machine.resource_version(), "7");
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
    Driver driver;
    driver.sync();
    EXPECT_EQ(driver.end(status, "why"), status == 410 ? WatchFailure::expired : WatchFailure::refused);
    EXPECT_NE(driver.machine.problem().find("why"), std::string::npos);
    EXPECT_EQ(driver.ask(), then) << status;
    EXPECT_EQ(driver.waited == 0ms, at_once) << status;
    EXPECT_EQ(driver.log, Log{}) << "nothing is deleted for it";
  }
}

/// A resource that never changes has no event and no bookmark that could tell.
TEST(WatchMachine, AWatchThatIsAcceptedEndsTheProblem) {
  Driver driver;
  driver.sync();
  EXPECT_EQ(driver.end(503, "why"), WatchFailure::refused);
  EXPECT_EQ(driver.ask(), Question(Watch{"7"}));
  EXPECT_NE(driver.machine.problem(), "") << "nobody has answered yet";
  driver.machine.on_accepted();
  EXPECT_EQ(driver.machine.problem(), "");
}

TEST(WatchMachine, AnAcceptedWatchOfAStateThatWentBackEndsNoProblem) {
  Driver driver;
  driver.sync();
  EXPECT_EQ(driver.end(503, "why"), WatchFailure::refused);
  driver.ask();
  driver.machine.start_over();
  driver.machine.on_accepted();
  EXPECT_NE(driver.machine.problem(), "");
}

TEST(WatchMachine, AfterAnErrorEvent) {
  for (const auto& [code, then, at_once] : std::vector<RefusalCase>{
           {410, List{""}, true}, {429, Watch{"7"}, false}, {500, List{""}, false}, {0, List{""}, false}}) {
    Driver driver;
    driver.sync();
    EXPECT_FALSE(driver.machine.on_line(error(code)));
    EXPECT_FALSE(driver.machine.on_line(line("ADDED", "a", "8"))) << "what comes after it does not count";
    EXPECT_EQ(driver.end(), code == 410 ? WatchFailure::expired : WatchFailure::refused);
    EXPECT_EQ(driver.ask(), then) << code;
    EXPECT_EQ(driver.waited == 0ms, at_once) << code;
    EXPECT_EQ(driver.log, Log{});
  }
}

TEST(WatchMachine, AfterABrokenWatch) {
  Driver driver;
  driver.sync();
  EXPECT_TRUE(driver.machine.on_line(line("ADDED", "a", "8")));
  EXPECT_EQ(driver.broken(), WatchFailure::no_reply);
  EXPECT_EQ(driver.machine.problem(), "broken");
  EXPECT_EQ(driver.ask(), Question(Verify{{.namespace_ = "", .name = "a"}}));
  EXPECT_GE(driver.waited, 100ms);
  EXPECT_EQ(driver.verified("12", "8"), WatchFailure::none);
  EXPECT_EQ(driver.ask(), Question(Watch{"8"})) << "nothing was put back";
  EXPECT_TRUE(driver.machine.on_line(line("MODIFIED", "a", "9")));
  EXPECT_EQ(driver.machine.problem(), "") << "it works again";
}

/// A resource that never changes has no bookmarks.
TEST(WatchMachine, AWatchThatNeverSaidAWordIsBegunAgainWithoutAWarning) {
  const kube::Outcome silence = std::unexpected(kube::NoReply{.why = "silent", .sent = true, .silent = true});
  Driver driver;
  driver.sync();
  EXPECT_EQ(driver.machine.on_end(silence, driver.now), WatchFailure::none);
  EXPECT_EQ(driver.machine.problem(), "");
  EXPECT_EQ(driver.ask(), Question(Verify{})) << "it may have died";
  EXPECT_EQ(driver.waited, 0ms);
  EXPECT_EQ(driver.verified("12"), WatchFailure::none);
  driver.ask();
  EXPECT_TRUE(driver.machine.on_line(line("BOOKMARK", "", "13")));
  EXPECT_EQ(driver.machine.on_end(silence, driver.now), WatchFailure::no_reply) << "the next bookmark was due";
}

TEST(WatchMachine, ALineThatCannotBeReadDeletesNothingAndListsAgain) {
  Driver driver;
  driver.sync();
  EXPECT_FALSE(driver.machine.on_line(R"({"type":"DELETED","object":{"metadata":{}}})"));
  EXPECT_EQ(driver.end(), WatchFailure::malformed);
  EXPECT_NE(driver.machine.problem().find(R"({"type":"DELETED")"), std::string::npos) << driver.machine.problem();
  EXPECT_EQ(driver.ask(), Question(List{""}));
  EXPECT_EQ(driver.log, Log{});
}

TEST(WatchMachine, APageThatCannotBeReadStartsTheListOver) {
  Driver driver;
  driver.next();
  driver.page(list("7", "c1", {"a"}));
  driver.next();
  EXPECT_EQ(driver.page(R"({"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"b"}},{"spec":1}]})"),
            WatchFailure::malformed);
  EXPECT_EQ(driver.ask(), Question(List{""}));
  EXPECT_GE(driver.waited, 100ms);
  driver.page(list("8", "", {"a"}));
  EXPECT_EQ(driver.log, (Log{"begin", "listed a", "listed b", "begin", "listed a", "end 8"}));
}

TEST(WatchMachine, AnExpiredContinueTokenStartsTheListOverAtOnce) {
  Driver driver;
  driver.next();
  driver.page(list("7", "c1", {"a"}));
  driver.next();
  EXPECT_EQ(driver.page("too old", 410), WatchFailure::expired);
  EXPECT_EQ(driver.next(), Question(List{""}));
  driver.page(list("8", "c2", {"a"}));
  driver.next();
  driver.page("too old", 410);
  EXPECT_TRUE(std::holds_alternative<Wait>(driver.next())) << "but not again and again";
}

TEST(WatchMachine, APageThatDidNotComeIsAskedForAgain) {
  Driver driver;
  driver.next();
  driver.page(list("7", "c1", {"a"}));
  driver.next();
  EXPECT_EQ(driver.machine.on_page(std::unexpected(kube::NoReply{.why = "broken", .sent = false})),
            WatchFailure::no_reply);
  EXPECT_EQ(driver.ask(), Question(List{"c1"}));
  EXPECT_EQ(driver.page("busy", 503), WatchFailure::refused);
  EXPECT_EQ(driver.ask(), Question(List{"c1"}));
  EXPECT_EQ(driver.page("what token?", 400), WatchFailure::refused);
  EXPECT_EQ(driver.ask(), Question(List{""}));
}

TEST(WatchMachine, WaitsAsLongAsTheServerAsks) {
  Driver driver;
  driver.next();
  driver.machine.on_page(kube::Reply{.status = 429, .body = "", .retry_after = 10s});
  driver.ask();
  EXPECT_EQ(driver.waited, 10s);
  driver.machine.on_page(kube::Reply{.status = 429, .body = "", .retry_after = std::chrono::seconds::max()});
  driver.ask();
  EXPECT_EQ(driver.waited, 40s) << "but not longer than the cap";
}

TEST(WatchMachine, WaitsLongerWhenItGoesOnFailingAndShortlyAfterAHealthyWatch) {
  Driver driver;
  driver.sync();
  for (int i = 0; i < 30; ++i) {
    driver.broken();
    const Question question = driver.next();
    ASSERT_TRUE(std::holds_alternative<Wait>(question));
    ASSERT_LE(std::get<Wait>(question).duration, 30s);
    ASSERT_GE(std::get<Wait>(question).duration, 100ms);
    driver.waited += std::get<Wait>(question).duration;
    ASSERT_TRUE(std::holds_alternative<Verify>(driver.next()));
    driver.verified("7");
    ASSERT_TRUE(std::holds_alternative<Watch>(driver.next()));
  }
  EXPECT_GT(driver.waited, 30s);
  driver.now += 1min;
  driver.broken();
  EXPECT_LE(std::get<Wait>(driver.next()).duration, 300ms);
}

TEST(WatchMachine, AListThatFailsAfterManyBrokenWatchesIsAskedForAgainSoon) {
  Driver driver;
  driver.sync();
  for (int i = 0; i < 30; ++i) {
    driver.broken();
    driver.ask();
    driver.verified("7");
    driver.ask();
  }
  driver.end(410);
  ASSERT_EQ(driver.next(), Question(List{""}));
  driver.page("busy", 500);
  EXPECT_LE(std::get<Wait>(driver.next()).duration, 300ms);
}

TEST(WatchMachine, AWatchThatToldSomethingBeforeItBrokeIsBegunAgainSoon) {
  Driver driver;
  driver.sync();
  for (int version = 8; version < 38; ++version) {
    EXPECT_TRUE(driver.machine.on_line(line("MODIFIED", "a", std::to_string(version))));
    driver.broken();
    driver.waited = 0ms;
    driver.ask();
    EXPECT_GE(driver.waited, 100ms) << "but not at once";
    EXPECT_LE(driver.waited, 300ms);
    driver.verified(std::to_string(version), std::to_string(version));
    ASSERT_EQ(driver.ask(), Question(Watch{std::to_string(version)}));
  }
  driver.end(500);
  EXPECT_LE(std::get<Wait>(driver.next()).duration, 900ms);
}

TEST(WatchMachine, AListThatSucceedsMakesNoWatchBeginSoonerThatEndsAtOnce) {
  Driver driver;
  driver.sync();
  std::chrono::milliseconds longest{0};
  for (int i = 0; i < 30; ++i) {
    driver.end(410);
    driver.waited = 0ms;
    ASSERT_EQ(driver.ask(), Question(List{""}));
    longest = std::max(longest, driver.waited);
    driver.page(list("8", "", {}));
    ASSERT_EQ(driver.ask(), Question(Watch{"8"}));
  }
  EXPECT_GT(longest, 10s);
}

TEST(WatchMachine, AServerThatClosesAtOnceIsNotAskedAgainAtOnce) {
  Driver driver;
  driver.sync();
  EXPECT_EQ(driver.end(), WatchFailure::closed_early);
  EXPECT_TRUE(std::holds_alternative<Wait>(driver.next()));
}

/// A busy API server does this when a watch cannot keep up with it.
TEST(WatchMachine, AWatchThatIsClosedAfterAnEventGoesOnSoon) {
  Driver driver;
  driver.sync();
  for (const std::string version : {"8", "9", "10"}) {
    EXPECT_TRUE(driver.machine.on_line(line("MODIFIED", "a", version)));
    EXPECT_EQ(driver.end(), WatchFailure::none);
    EXPECT_EQ(driver.machine.problem(), "");
    EXPECT_EQ(driver.next(), Question(Wait{50ms}));
    EXPECT_EQ(driver.next(), Question(Watch{version}));
  }
  EXPECT_EQ(driver.end(), WatchFailure::closed_early) << "the last one told nothing";
}

TEST(WatchMachine, WhenEverythingExpiresItWaits) {
  Driver driver;
  driver.sync();
  driver.end(410);
  EXPECT_EQ(driver.next(), Question(List{""}));
  driver.page(list("9", "", {}));
  EXPECT_EQ(driver.next(), Question(Watch{"9"}));
  driver.end(410);
  EXPECT_TRUE(std::holds_alternative<Wait>(driver.next()));
}

}  // namespace
}  // namespace everynode::protocol
