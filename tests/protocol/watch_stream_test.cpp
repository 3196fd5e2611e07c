// Watches that begin with all objects, in the place of lists.
#include <gtest/gtest.h>

#include "watch_run.hpp"

namespace everynode::protocol {
namespace {

const std::string pages_follow = "pages follow at once, and nobody is warned";

struct StreamDriver : Driver {
  StreamDriver() : Driver(false, true) {}

  WatchFailure silence() {
    return machine.on_end(std::unexpected(kube::NoReply{.why = "silent", .sent = true, .silent = true}), now);
  }
};

TEST(Stream, TellsAllThatThereIsAndGoesOnAsAWatch) {
  StreamDriver driver;
  EXPECT_EQ(driver.next(), Question(Stream{}));
  EXPECT_TRUE(driver.machine.on_line(line("ADDED", "a", "5")));
  EXPECT_TRUE(driver.machine.on_line(line("ADDED", "b", "3")));
  EXPECT_FALSE(driver.machine.synced()) << "there may be more";
  EXPECT_EQ(driver.machine.resource_version(), "");
  EXPECT_TRUE(driver.machine.on_line(all_told("9")));
  EXPECT_TRUE(driver.machine.synced());
  EXPECT_EQ(driver.machine.resource_version(), "9");
  EXPECT_TRUE(driver.machine.on_line(line("ADDED", "c", "10")));
  EXPECT_TRUE(driver.machine.on_line(line("BOOKMARK", "", "12")));
  EXPECT_EQ(driver.log, (Log{"begin", "listed a 5", "listed b 3", "end 9", "added c 10", "progressed 12"}));
  driver.now += 5min;
  EXPECT_EQ(driver.end(), WatchFailure::none);
  EXPECT_EQ(driver.next(), Question(Watch{"12"})) << "from there on, as any watch";
}

TEST(Stream, TellsTheSameInProtobuf) {
  StreamDriver driver;
  driver.next();
  EXPECT_TRUE(driver.machine.on_frame(frame("ADDED", "a", "5")));
  EXPECT_FALSE(driver.machine.synced());
  EXPECT_TRUE(driver.machine.on_frame(all_told_frame("9")));
  EXPECT_TRUE(driver.machine.on_frame(frame("DELETED", "a", "10")));
  EXPECT_EQ(driver.log, (Log{"begin", "listed a 5", "end 9", "deleted a 10"}));
}

TEST(Stream, OfNothingDeletesWhatWasKnown) {
  StreamDriver driver;
  driver.next();
  EXPECT_TRUE(driver.machine.on_line(all_told("9")));
  EXPECT_EQ(driver.log, (Log{"begin", "end 9"}));
}

TEST(Stream, MayTellOfChangesBeforeItHasToldAll) {
  StreamDriver driver;
  driver.next();
  for (const auto& [type, version] : {std::pair("ADDED", "5"), {"MODIFIED", "7"}, {"DELETED", "8"}, {"ADDED", "9"}}) {
    EXPECT_TRUE(driver.machine.on_line(line(type, "a", version)));
  }
  EXPECT_TRUE(driver.machine.on_line(all_told("9")));
  EXPECT_EQ(driver.log, (Log{"begin", "listed a 5", "listed a 7", "deleted a 8", "listed a 9", "end 9"}));
}

TEST(Stream, PassesOnWhatCannotBeRead) {
  StreamDriver driver;
  driver.next();
  EXPECT_TRUE(driver.machine.on_line(
      R"({"type":"ADDED","object":{"metadata":{"name":"c","resourceVersion":"8"},"spec":{"taints":1}}})"));
  EXPECT_TRUE(driver.machine.on_line(all_told("9")));
  EXPECT_EQ(driver.log, (Log{"begin", "listed c: spec.taints: expected an array", "end 9"}));
}

// --- that break off ---

TEST(Stream, ThatBreaksOffDeletesNothingAndBeginsAgain) {
  StreamDriver driver;
  driver.next();
  EXPECT_TRUE(driver.machine.on_line(line("ADDED", "a", "5")));
  EXPECT_EQ(driver.broken(), WatchFailure::no_reply);
  EXPECT_FALSE(driver.machine.synced());
  EXPECT_EQ(driver.ask(), Question(Stream{}));
  EXPECT_GT(driver.waited, 0ms);
  EXPECT_TRUE(driver.machine.on_line(line("ADDED", "b", "6")));
  EXPECT_TRUE(driver.machine.on_line(all_told("9")));
  EXPECT_EQ(driver.log, (Log{"begin", "listed a 5", "begin", "listed b 6", "end 9"}));
  EXPECT_EQ(driver.machine.problem(), "");
}

TEST(Stream, ThatTheServerEndsTooEarlyIsAFailure) {
  StreamDriver driver;
  driver.next();
  EXPECT_TRUE(driver.machine.on_line(line("ADDED", "a", "5")));
  driver.now += 5min;
  EXPECT_EQ(driver.end(), WatchFailure::closed_early);
  EXPECT_NE(driver.machine.problem(), "");
  EXPECT_EQ(driver.ask(), Question(Stream{}));
  EXPECT_GT(driver.waited, 0ms);
}

TEST(Stream, ThatBreaksOffAgainAndAgainGivesWayToPagesUntilAListIsComplete) {
  StreamDriver driver;
  const auto break_off = [&] {
    EXPECT_EQ(driver.ask(), Question(Stream{}));
    EXPECT_TRUE(driver.machine.on_line(line("ADDED", "a", "5")));
    EXPECT_EQ(driver.broken(), WatchFailure::no_reply);
  };
  break_off();
  break_off();
  EXPECT_EQ(driver.ask(), Question(List{""})) << "pages are short answers";
  EXPECT_EQ(driver.page("too old", 410), WatchFailure::expired);
  EXPECT_EQ(driver.ask(), Question(List{""}));
  EXPECT_EQ(driver.page(list("7", "", {"a"})), WatchFailure::none);
  EXPECT_EQ(driver.ask(), Question(Watch{"7"}));
  EXPECT_EQ(driver.end(410), WatchFailure::expired);
  EXPECT_EQ(driver.ask(), Question(Stream{})) << "meanwhile it may do";
}

TEST(Stream, IsAskedForAgainWhereNobodyAnswered) {
  StreamDriver driver;
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(driver.ask(), Question(Stream{}));
    EXPECT_EQ(driver.broken(), WatchFailure::no_reply);
  }
  EXPECT_EQ(driver.log, Log{});
}

TEST(Stream, ThatEndsWithAnErrorBeginsAgain) {
  StreamDriver driver;
  driver.next();
  EXPECT_TRUE(driver.machine.on_line(line("ADDED", "a", "5")));
  EXPECT_FALSE(driver.machine.on_line(error(500)));
  EXPECT_FALSE(driver.machine.on_line(all_told("9"))) << "what comes after it does not count";
  EXPECT_EQ(driver.end(), WatchFailure::refused);
  EXPECT_EQ(driver.ask(), Question(Stream{}));
  EXPECT_FALSE(driver.machine.on_line(error(410)));
  EXPECT_EQ(driver.end(), WatchFailure::expired);
  EXPECT_EQ(driver.ask(), Question(List{""})) << "the second time";
  EXPECT_EQ(driver.log, (Log{"begin", "listed a 5"}));
}

TEST(Stream, ThatCannotBeReadBeginsAgain) {
  StreamDriver driver;
  driver.next();
  EXPECT_FALSE(driver.machine.on_line("<html>"));
  EXPECT_EQ(driver.end(), WatchFailure::malformed);
  EXPECT_EQ(driver.ask(), Question(Stream{}));
  EXPECT_EQ(driver.log, Log{});
}

TEST(Stream, OfALaterListKeepsWhatIsKnown) {
  StreamDriver driver;
  driver.next();
  EXPECT_TRUE(driver.machine.on_line(all_told("9")));
  EXPECT_FALSE(driver.machine.on_line(error(410)));
  EXPECT_EQ(driver.end(), WatchFailure::expired);
  EXPECT_EQ(driver.ask(), Question(Stream{}));
  EXPECT_TRUE(driver.machine.synced());
  driver.take_log();
  EXPECT_EQ(driver.broken(), WatchFailure::no_reply);
  EXPECT_EQ(driver.take_log(), Log{});
  EXPECT_EQ(driver.ask(), Question(Stream{})) << "which tells also whether the state was put back";
}

// --- where the server has none ---

TEST(Stream, ThatIsRefusedGivesWayToPages) {
  struct Case {
    unsigned status;
    Question then;
    bool at_once;
  };
  for (const auto& [status, then, at_once] : std::vector<Case>{{422, List{""}, true},
                                                               {400, List{""}, true},
                                                               {403, List{""}, true},
                                                               {404, List{""}, true},
                                                               {405, List{""}, true},
                                                               {410, Stream{}, true},
                                                               {401, Stream{}, false},
                                                               {429, Stream{}, false},
                                                               {500, Stream{}, false},
                                                               {503, Stream{}, false}}) {
    StreamDriver driver;
    driver.next();
    const WatchFailure found = driver.end(status, "why");
    EXPECT_EQ(found == WatchFailure::none, then == Question(List{""})) << status << ": " << pages_follow;
    EXPECT_EQ(driver.machine.problem().empty(), then == Question(List{""})) << status;
    EXPECT_EQ(driver.ask(), then) << status;
    EXPECT_EQ(driver.waited == 0ms, at_once) << status;
    EXPECT_EQ(driver.log, Log{}) << status;
  }
}

/// An API server that has just begun knows no roles yet: 403 says nothing for ever.
TEST(Stream, ThatTheServerDoesNotHaveIsNotAskedForAgain) {
  for (const unsigned status : {422U, 403U}) {
    StreamDriver driver;
    driver.next();
    driver.end(status);
    driver.ask();
    driver.page(list("7", "", {"a"}));
    EXPECT_EQ(driver.ask(), Question(Watch{"7"}));
    driver.end(410);
    EXPECT_EQ(driver.ask(), status == 422 ? Question(List{""}) : Question(Stream{}));
  }
}

/// Who does not know the parameters takes it for any watch: all that there is comes, and the end never.
TEST(Stream, ThatFallsSilentBeforeItHasToldAllGivesWayToPages) {
  StreamDriver driver;
  driver.next();
  EXPECT_EQ(driver.machine.patience(), WatchMachine::stream_patience);
  EXPECT_TRUE(driver.machine.on_line(line("ADDED", "a", "5")));
  EXPECT_EQ(driver.silence(), WatchFailure::none) << pages_follow;
  EXPECT_EQ(driver.machine.problem(), "");
  EXPECT_EQ(driver.machine.patience(), std::nullopt);
  EXPECT_EQ(driver.ask(), Question(List{""}));
  EXPECT_EQ(driver.waited, 0ms);
  driver.page(list("7", "", {"b"}));
  EXPECT_EQ(driver.log, (Log{"begin", "listed a 5", "begin", "listed b", "end 7"}));
  EXPECT_EQ(driver.ask(), Question(Watch{"7"}));
}

/// A proxy may take the watch, and break it off before the first event came through.
TEST(Stream, ThatIsAcceptedAndEndsWithoutAWordTwiceGivesWayToPages) {
  StreamDriver driver;
  for (int turn = 0; turn < 2; ++turn) {
    EXPECT_EQ(driver.ask(), Question(Stream{}));
    driver.machine.on_accepted();
    turn == 0 ? driver.end() : driver.broken();
  }
  EXPECT_EQ(driver.ask(), Question(List{""}));
}

TEST(Stream, IsTriedAgainAfterOneSilenceButNotAfterTwoInARow) {
  for (const bool told_between : {false, true}) {
    StreamDriver driver;
    for (int turn = 0; turn < 2; ++turn) {
      EXPECT_EQ(driver.ask(), Question(Stream{})) << turn;
      driver.silence();
      EXPECT_EQ(driver.ask(), Question(List{""}));
      driver.page(list(turn == 0 ? "7" : "17", "", {"a"}));
      driver.ask();
      driver.end(410);
      if (!told_between) continue;
      EXPECT_EQ(driver.ask(), Question(Stream{})) << turn;
      EXPECT_TRUE(driver.machine.on_line(all_told(turn == 0 ? "9" : "19")));
      driver.end(410);
    }
    EXPECT_EQ(driver.ask(), told_between ? Question(Stream{}) : Question(List{""}));
  }
}

TEST(Stream, WithAnOrdinaryBookmarkBeforeTheEndGivesWayToPages) {
  for (const bool in_frames : {false, true}) {
    StreamDriver driver;
    driver.next();
    EXPECT_TRUE(driver.machine.on_line(line("ADDED", "a", "5")));
    EXPECT_FALSE(in_frames ? driver.machine.on_frame(frame("BOOKMARK", "", "9"))
                           : driver.machine.on_line(line("BOOKMARK", "", "9")));
    EXPECT_FALSE(driver.machine.on_line(all_told("9"))) << "what comes after it does not count";
    EXPECT_EQ(driver.end(), WatchFailure::none) << pages_follow;
    EXPECT_EQ(driver.ask(), Question(List{""}));
    EXPECT_FALSE(driver.machine.synced());
  }
}

TEST(Stream, MayBeAsSilentAsAnyWatchOnceAllIsTold) {
  StreamDriver driver;
  driver.next();
  EXPECT_TRUE(driver.machine.on_line(all_told("9")));
  EXPECT_EQ(driver.machine.patience(), std::nullopt);
  EXPECT_EQ(driver.silence(), WatchFailure::no_reply);
  EXPECT_EQ(driver.ask(), Question(Verify{}));
}

TEST(Stream, IsNotForShards) {
  Driver driver(false, true, kube::Shard{.index = 1, .count = 2});
  EXPECT_EQ(driver.next(), Question(List{""})) << "only a list tells that the server shards";
}

// --- of a state that was put back ---

TEST(Stream, ThatIsOlderThanWhatIsKnownDoesNotCount) {
  StreamDriver driver;
  driver.next();
  EXPECT_TRUE(driver.machine.on_line(line("ADDED", "a", "5")));
  EXPECT_TRUE(driver.machine.on_line(all_told("100")));
  EXPECT_FALSE(driver.machine.on_line(error(410)));
  driver.end();
  EXPECT_EQ(driver.ask(), Question(Stream{}));
  driver.take_log();
  EXPECT_TRUE(driver.machine.on_line(line("ADDED", "b", "50")));
  EXPECT_FALSE(driver.machine.on_line(all_told("60")));
  EXPECT_EQ(driver.end(), WatchFailure::stale);
  EXPECT_EQ(driver.take_log(), (Log{"begin", "listed b 50"})) << "it has not ended";
  EXPECT_TRUE(std::holds_alternative<Verify>(driver.ask())) << "an API server may only be behind";
  EXPECT_EQ(driver.verified("61", "50"), WatchFailure::went_back);
  EXPECT_EQ(driver.take_log(), Log{"went back"});
  EXPECT_EQ(driver.ask(), Question(Stream{}));
  EXPECT_TRUE(driver.machine.on_line(all_told("62")));
  EXPECT_EQ(driver.take_log(), (Log{"begin", "end 62"}));
}

TEST(Stream, ThatLacksAWriteOfOursDoesNotCount) {
  StreamDriver driver;
  driver.written = {.key = {.namespace_ = "ns", .name = "a"}, .resource_version = "9"};
  driver.next();
  EXPECT_FALSE(driver.machine.on_line(all_told("8")));
  EXPECT_EQ(driver.end(), WatchFailure::stale);
  EXPECT_EQ(driver.ask(), Question(Verify{{.namespace_ = "ns", .name = "a"}}));
  EXPECT_EQ(driver.log, Log{"begin"});
}

TEST(Stream, ThatTheConsumerCannotBelieveForgetsEverything) {
  StreamDriver driver;
  driver.listed = kube::Continuity::broken;
  driver.next();
  EXPECT_TRUE(driver.machine.on_line(line("ADDED", "a", "5")));
  EXPECT_FALSE(driver.machine.on_line(all_told("9")));
  EXPECT_EQ(driver.end(), WatchFailure::went_back);
  EXPECT_EQ(driver.log, (Log{"begin", "listed a 5", "end 9", "went back"}));
  EXPECT_FALSE(driver.machine.synced());
  EXPECT_EQ(driver.ask(), Question(Stream{}));
}

TEST(Stream, DoesNotCountIfItBeganBeforeTheMachineStartedOver) {
  StreamDriver driver;
  driver.next();
  EXPECT_TRUE(driver.machine.on_line(line("ADDED", "a", "5")));
  driver.machine.start_over();
  driver.take_log();
  EXPECT_FALSE(driver.machine.on_line(all_told("9")));
  EXPECT_EQ(driver.end(), WatchFailure::went_back);
  EXPECT_EQ(driver.log, Log{});
  EXPECT_EQ(driver.ask(), Question(Stream{}));
}

TEST(Stream, ThatHasToldAllIsVerifiedAfterItBreaks) {
  StreamDriver driver;
  driver.next();
  EXPECT_TRUE(driver.machine.on_line(line("ADDED", "a", "8")));
  EXPECT_TRUE(driver.machine.on_line(all_told("9")));
  EXPECT_EQ(driver.broken(), WatchFailure::no_reply);
  EXPECT_EQ(driver.ask(), Question(Verify{{.namespace_ = "", .name = "a"}}));
  EXPECT_EQ(driver.verified("12", "8"), WatchFailure::none);
  EXPECT_EQ(driver.ask(), Question(Watch{"9"}));
}

}  // namespace
}  // namespace everynode::protocol
