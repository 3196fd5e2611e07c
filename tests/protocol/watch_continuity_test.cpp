// How a watch machine handles a cluster whose state was put back, and an API server that is only behind.
#include <gtest/gtest.h>

#include "watch_run.hpp"

namespace everynode::protocol {
namespace {

TEST(WatchMachine, ListsAgainIfWhatItSawLastHasChangedWhileTheConnectionWasBroken) {
  for (const std::string found : {"10", ""}) {
    Driver driver;
    driver.sync();
    EXPECT_TRUE(driver.machine.on_line(line("ADDED", "a", "8")));
    driver.broken();
    driver.ask();
    EXPECT_EQ(driver.verified("12", found), WatchFailure::none);
    EXPECT_EQ(driver.ask(), Question(List{""}));
    EXPECT_TRUE(driver.machine.synced()) << "what is known still counts";
  }
}

TEST(WatchMachine, ForgetsEverythingWhenTheClusterWentBack) {
  Driver driver;
  driver.sync();
  EXPECT_TRUE(driver.machine.on_line(line("ADDED", "a", "100")));
  driver.broken();
  EXPECT_EQ(driver.ask(), Question(Verify{{.namespace_ = "", .name = "a"}}));
  driver.take_log();
  EXPECT_EQ(driver.verified("60", "50"), WatchFailure::stale);
  EXPECT_EQ(driver.take_log(), Log{}) << "an API server may only be behind";
  EXPECT_EQ(driver.ask(), Question(Verify{{.namespace_ = "", .name = "a"}}));
  EXPECT_EQ(driver.verified("61", "50"), WatchFailure::went_back);
  EXPECT_EQ(driver.take_log(), Log{"went back"});
  EXPECT_FALSE(driver.machine.synced());
  EXPECT_EQ(driver.ask(), Question(List{""}));
  driver.page(list("61", "", {"b"}));
  EXPECT_EQ(driver.take_log(), (Log{"begin", "listed b", "end 61"}));
  EXPECT_EQ(driver.ask(), Question(Watch{"61"})) << "of the present, not of the future";
}

TEST(WatchMachine, SeesThatTheClusterWentBackThoughTheVersionsHaveOvertakenIt) {
  Driver driver;
  driver.sync();
  EXPECT_TRUE(driver.machine.on_line(line("MODIFIED", "a", "100")));
  driver.broken();
  driver.ask();
  EXPECT_EQ(driver.verified("200", "50"), WatchFailure::stale);
  driver.ask();
  EXPECT_EQ(driver.verified("201", "50"), WatchFailure::went_back);
}

TEST(WatchMachine, SeesThatAWriteOfOursWasPutBack) {
  Driver driver;
  driver.sync();
  EXPECT_TRUE(driver.machine.on_line(line("MODIFIED", "b", "8")));
  driver.written = {.key = {.namespace_ = "ns", .name = "a"}, .resource_version = "9"};
  driver.broken();
  EXPECT_EQ(driver.ask(), Question(Verify{{.namespace_ = "ns", .name = "a"}})) << "the newest that is known";
  EXPECT_EQ(driver.verified("8"), WatchFailure::stale);
}

TEST(WatchMachine, AListThatIsOlderThanWhatIsKnownDoesNotCount) {
  Driver driver;
  driver.sync();
  EXPECT_TRUE(driver.machine.on_line(line("MODIFIED", "a", "100")));
  EXPECT_FALSE(driver.machine.on_line(error(410)));
  driver.end(410);
  EXPECT_EQ(driver.ask(), Question(List{""}));
  driver.take_log();
  EXPECT_EQ(driver.page(list("60", "", {"b"})), WatchFailure::stale);
  EXPECT_EQ(driver.take_log(), (Log{"begin", "listed b"})) << "the list has not ended";
  EXPECT_EQ(driver.ask(), Question(Verify{{.namespace_ = "", .name = "a"}}));
}

TEST(WatchMachine, ForgetsEverythingIfAListCannotComeAfterWhatTheConsumerKnows) {
  Driver driver;
  driver.sync();
  driver.listed = kube::Continuity::broken;
  EXPECT_FALSE(driver.machine.on_line(error(410)));
  driver.end(410);
  driver.ask();
  EXPECT_EQ(driver.page(list("9", "", {"a"})), WatchFailure::went_back);
  EXPECT_EQ(driver.take_log(), (Log{"begin", "listed a", "end 9", "went back"}));
  EXPECT_EQ(driver.ask(), Question(List{""}));
}

TEST(WatchMachine, AnApiServerThatWasOnlyBehindIsNoRestore) {
  Driver driver;
  driver.sync();
  EXPECT_TRUE(driver.machine.on_line(line("MODIFIED", "a", "100")));
  driver.broken();
  driver.ask();
  EXPECT_EQ(driver.verified("90", "50"), WatchFailure::stale);
  driver.ask();
  driver.take_log();
  EXPECT_EQ(driver.verified("120", "100"), WatchFailure::none);
  EXPECT_EQ(driver.take_log(), Log{});
  EXPECT_EQ(driver.ask(), Question(List{""}));
  driver.page(list("121", "", {"a"}));
  EXPECT_EQ(driver.take_log(), (Log{"begin", "listed a", "end 121"}));
}

/// A watch from 110 would miss what becomes 106 in the new history.
TEST(WatchMachine, SeesThatTheClusterWentBackThoughNothingOfItsOwnIsLost) {
  Driver driver;
  driver.sync();
  EXPECT_TRUE(driver.machine.on_line(line("MODIFIED", "a", "100")));
  EXPECT_TRUE(driver.machine.on_line(line("BOOKMARK", "", "110")));
  driver.broken();
  driver.ask();
  EXPECT_EQ(driver.verified("105", "100"), WatchFailure::stale);
  driver.ask();
  EXPECT_EQ(driver.verified("105", "100"), WatchFailure::went_back);
  EXPECT_EQ(driver.ask(), Question(List{""}));
}

TEST(WatchMachine, IgnoresTheAnswerThatWasAskedForBeforeItStartedOver) {
  Driver driver;
  driver.next();
  driver.machine.start_over();
  driver.take_log();
  EXPECT_EQ(driver.page(list("7", "", {"a"})), WatchFailure::none);
  EXPECT_EQ(driver.take_log(), Log{});
  EXPECT_EQ(driver.ask(), Question(List{""}));
}

}  // namespace
}  // namespace everynode::protocol
