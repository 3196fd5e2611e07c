// A resource whose CustomResourceDefinition may not be installed.
#include <gtest/gtest.h>

#include "watch_run.hpp"

namespace everynode::protocol {
namespace {

constexpr const char* unknown = "404 page not found";

TEST(AbsentResource, HasNoObjectsAndIsAskedForNowAndThen) {
  Driver driver(true);
  EXPECT_EQ(driver.next(), Question(List{""}));
  EXPECT_EQ(driver.page(unknown, 404), WatchFailure::none);
  EXPECT_TRUE(driver.machine.synced()) << "nobody waits for it";
  EXPECT_EQ(driver.machine.problem(), "");
  EXPECT_EQ(driver.take_log(), (Log{"begin", "end "}));
  EXPECT_EQ(driver.next(), Question(Wait{WatchMachine::absent_interval}));
  EXPECT_EQ(driver.next(), Question(List{""}));
  EXPECT_EQ(driver.page(list("7", "", {"a"})), WatchFailure::none);
  EXPECT_EQ(driver.take_log(), (Log{"begin", "listed a", "end 7"}));
  EXPECT_EQ(driver.next(), Question(Watch{"7"}));
}

TEST(AbsentResource, LosesItsObjectsWithItsDefinition) {
  Driver driver(true);
  driver.sync();
  driver.now += 1min;
  EXPECT_EQ(driver.end(404, unknown), WatchFailure::refused);
  EXPECT_EQ(driver.ask(), Question(List{""}));
  EXPECT_EQ(driver.page(unknown, 404), WatchFailure::none);
  EXPECT_EQ(driver.take_log(), (Log{"begin", "end "}));
}

TEST(AbsentResource, IsWaitedForWhileTheAnswerIsAnother) {
  Driver driver(true);
  driver.next();
  EXPECT_EQ(driver.page("not yet", 503), WatchFailure::refused);
  EXPECT_FALSE(driver.machine.synced());
}

TEST(AbsentResource, StopsNothingWhereTheRoleDoesNotKnowIt) {
  Driver driver(true);
  driver.next();
  EXPECT_EQ(driver.page("no", 403), WatchFailure::refused);
  EXPECT_TRUE(driver.machine.synced());
  EXPECT_NE(driver.machine.problem(), "") << "somebody should know";
  EXPECT_EQ(driver.take_log(), (Log{"begin", "end "}));
}

TEST(AbsentResource, KeepsItsObjectsWhenTheRoleLosesTheRight) {
  Driver driver(true);
  driver.sync();
  driver.take_log();
  driver.now += 1min;
  EXPECT_EQ(driver.end(410, "gone"), WatchFailure::expired);
  EXPECT_EQ(driver.ask(), Question(List{""}));
  EXPECT_EQ(driver.page("no", 403), WatchFailure::refused);
  EXPECT_EQ(driver.take_log(), Log{});
}

TEST(AbsentResource, IsAFailureWhereItMustBeThere) {
  Driver driver;
  driver.next();
  EXPECT_EQ(driver.page(unknown, 404), WatchFailure::refused);
  EXPECT_FALSE(driver.machine.synced());
}

}  // namespace
}  // namespace everynode::protocol
