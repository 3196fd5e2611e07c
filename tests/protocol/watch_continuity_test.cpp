// What a watch machine makes of a cluster whose state was put back, and of one that is only behind.
#include <gtest/gtest.h>

#include "watch_run.hpp"

namespace everynode::protocol {
namespace {

TEST(WatchMachine, ListsAgainIfWhatItSawLastHasChangedWhileTheConnectionWasBroken) {
  for (const std::string found : {"10", ""}) {
    Told told;
    told.sync();
    EXPECT_TRUE(told.machine.on_line(line("ADDED", "a", "8")));
    told.broken();
    told.ask();
    EXPECT_EQ(told.verified("12", found), WatchFailure::none);
    EXPECT_EQ(told.ask(), Question(List{""}));
    EXPECT_TRUE(told.machine.synced()) << "what is known still counts";
  }
}

TEST(WatchMachine, ForgetsEverythingWhenTheClusterWentBack) {
  Told told;
  told.sync();
  EXPECT_TRUE(told.machine.on_line(line("ADDED", "a", "100")));
  told.broken();
  EXPECT_EQ(told.ask(), Question(Verify{{.namespace_ = "", .name = "a"}}));
  told.take_log();
  EXPECT_EQ(told.verified("60", "50"), WatchFailure::stale);
  EXPECT_EQ(told.take_log(), Log{}) << "an API server may only be behind";
  EXPECT_EQ(told.ask(), Question(Verify{{.namespace_ = "", .name = "a"}}));
  EXPECT_EQ(told.verified("61", "50"), WatchFailure::went_back);
  EXPECT_EQ(told.take_log(), Log{"went back"});
  EXPECT_FALSE(told.machine.synced());
  EXPECT_EQ(told.ask(), Question(List{""}));
  told.page(list("61", "", {"b"}));
  EXPECT_EQ(told.take_log(), (Log{"begin", "listed b", "end 61"}));
  EXPECT_EQ(told.ask(), Question(Watch{"61"})) << "of the present, not of the future";
}

TEST(WatchMachine, SeesThatTheClusterWentBackThoughTheVersionsHaveOvertakenIt) {
  Told told;
  told.sync();
  EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "a", "100")));
  told.broken();
  told.ask();
  EXPECT_EQ(told.verified("200", "50"), WatchFailure::stale);
  told.ask();
  EXPECT_EQ(told.verified("201", "50"), WatchFailure::went_back);
}

TEST(WatchMachine, SeesThatAWriteOfOursWasPutBack) {
  Told told;
  told.sync();
  EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "b", "8")));
  told.written = {.key = {.namespace_ = "ns", .name = "a"}, .resource_version = "9"};
  told.broken();
  EXPECT_EQ(told.ask(), Question(Verify{{.namespace_ = "ns", .name = "a"}})) << "the newest that is known";
  EXPECT_EQ(told.verified("8"), WatchFailure::stale);
}

TEST(WatchMachine, AListThatIsOlderThanWhatIsKnownDoesNotCount) {
  Told told;
  told.sync();
  EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "a", "100")));
  EXPECT_FALSE(told.machine.on_line(error(410)));
  told.end(410);
  EXPECT_EQ(told.ask(), Question(List{""}));
  told.take_log();
  EXPECT_EQ(told.page(list("60", "", {"b"})), WatchFailure::stale);
  EXPECT_EQ(told.take_log(), (Log{"begin", "listed b"})) << "the list has not ended";
  EXPECT_EQ(told.ask(), Question(Verify{{.namespace_ = "", .name = "a"}}));
}

TEST(WatchMachine, ForgetsEverythingIfAListCannotComeAfterWhatTheConsumerKnows) {
  Told told;
  told.sync();
  told.listed = kube::Continuity::broken;
  EXPECT_FALSE(told.machine.on_line(error(410)));
  told.end(410);
  told.ask();
  EXPECT_EQ(told.page(list("9", "", {"a"})), WatchFailure::went_back);
  EXPECT_EQ(told.take_log(), (Log{"begin", "listed a", "end 9", "went back"}));
  EXPECT_EQ(told.ask(), Question(List{""}));
}

TEST(WatchMachine, AnApiServerThatWasOnlyBehindIsNoRestore) {
  Told told;
  told.sync();
  EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "a", "100")));
  told.broken();
  told.ask();
  EXPECT_EQ(told.verified("90", "50"), WatchFailure::stale);
  told.ask();
  told.take_log();
  EXPECT_EQ(told.verified("120", "100"), WatchFailure::none);
  EXPECT_EQ(told.take_log(), Log{});
  EXPECT_EQ(told.ask(), Question(List{""}));
  told.page(list("121", "", {"a"}));
  EXPECT_EQ(told.take_log(), (Log{"begin", "listed a", "end 121"}));
}

TEST(WatchMachine, IgnoresTheAnswerThatWasAskedForBeforeItStartedOver) {
  Told told;
  told.next();
  told.machine.start_over();
  told.take_log();
  EXPECT_EQ(told.page(list("7", "", {"a"})), WatchFailure::none);
  EXPECT_EQ(told.take_log(), Log{});
  EXPECT_EQ(told.ask(), Question(List{""}));
}

}  // namespace
}  // namespace everynode::protocol
