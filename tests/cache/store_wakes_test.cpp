// What wakes a DaemonSet, and what the store forgets with it: section 1 of the requirements.
#include <gtest/gtest.h>

#include "everynode/cache/store.hpp"
#include "stores.hpp"

namespace everynode::cache {
namespace {

TEST(Wakes, EachEventOfTheDaemonSetItself) {  // requirement 1.1
  const auto store = usual();
  store->put(daemon_set("ds-1", "11"));
  EXPECT_EQ(touched(*store), "agent") << "nothing but the version is new";
  store->put(daemon_set("ds-1", "11"));
  EXPECT_EQ(touched(*store), "") << "seen before";
}

TEST(Wakes, WhoeverLosesAPod) {  // requirement 1.9
  const auto store = usual();
  store->put(pod_at("20", "n1", "p"));
  store->put(owned_by(pod_at("21", "n2", "orphan"), {}));
  static_cast<void>(store->take_touched());
  store->remove_pod("uid-orphan");
  EXPECT_EQ(touched(*store), "") << "an orphan is nobody's loss";
  store->remove_pod("uid-p");
  EXPECT_EQ(touched(*store), "agent");
}

TEST(Wakes, ADaemonSetThatComesBackAsIfItWereNew) {  // requirement 1.3
  const auto store = usual();
  store->put(pod_at("20", "n1", "p"));
  store->remove_pod("uid-p");
  store->state(agent)->backoff().replaced("n1", "new", support::at(0));
  store->state(agent)->creation_answered("forbidden");
  ASSERT_TRUE(store->state(agent)->backoff().until("n1", support::at(0)));
  store->remove_daemon_set(agent, "ds-1");
  EXPECT_EQ(seen(*store), "none");
  store->put(daemon_set("ds-2", "30"));
  EXPECT_FALSE(store->state(agent)->backoff().until("n1", support::at(0)));
  EXPECT_EQ(store->state(agent)->refusal(), "");
  EXPECT_EQ(store->state(agent)->find("n1")->last_gone, 0);
}

}  // namespace
}  // namespace everynode::cache
