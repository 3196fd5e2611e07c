#include "everynode/daemonset/refusal.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"
#include "everynode/daemonset/conditions.hpp"

namespace everynode::daemonset {
namespace {

using support::at;
using support::Scene;

objects::Event event(const Scene& scene, std::string message, double time) {
  return {
      .uid = "e", .about = scene.set.uid, .reason = "FailedCreate", .message = std::move(message), .last = at(time)};
}

/// A node has a pod that was created at 1000, another one has none.
Scene half_done() {
  auto one = support::pod("p", "n1");
  one.created = at(1000);
  return std::move(Scene().on("n1", {one}).on("n2"));
}

std::string words(const Scene& scene, const std::vector<objects::Event>& events, double now) {
  const auto refusal = refusal_of(scene.snapshot(), events, at(now));
  return refusal ? refusal->words : "none";
}

TEST(Refusal, IsToldInTheServersWordsWithoutTheNameOfAPodThatNeverWas) {
  const Scene scene = half_done();
  EXPECT_EQ(
      words(scene, {event(scene, "Error creating: pods \"agent-x\" is forbidden: exceeded quota: q", 1001)}, 1002),
      "forbidden: exceeded quota: q");
  EXPECT_EQ(words(scene, {event(scene, "(combined from similar events): Error creating: no room", 1001)}, 1002),
            "no room");
  EXPECT_EQ(refusal_of(scene.snapshot(), std::vector{event(scene, "no", 1001)}, at(1002))->at, at(1001));
}

TEST(Refusal, TakesTheLastEventAboutThisDaemonSet) {
  const Scene scene = half_done();
  auto other = event(scene, "another", 1009);
  other.about = "somebody else";
  auto success = event(scene, "Created pod: agent-y", 1008);
  success.reason = "SuccessfulCreate";
  EXPECT_EQ(words(scene, {event(scene, "new", 1002), event(scene, "old", 1001), other, success}, 1010), "new");
  EXPECT_EQ(words(scene, {other, success}, 1010), "none");
}

TEST(Refusal, IsOverWhenItIsOldAndAPodWasCreatedSince) {
  const Scene scene = half_done();
  const double longest = std::chrono::duration<double>(refusal_holds).count();
  EXPECT_EQ(words(scene, {event(scene, "no", 900)}, 900 + longest), "no") << "the controller may still wait";
  EXPECT_EQ(words(scene, {event(scene, "no", 900)}, 901 + longest), "none");
  EXPECT_EQ(words(scene, {event(scene, "no", 1000)}, 99999), "no") << "nothing was created since";
}

TEST(Refusal, IsToldByOurOwnConditionToo) {
  Scene refused;
  refused.refusal = "forbidden: exceeded quota: q";
  refused.on("n1");
  Scene scene;
  scene.on("n1");
  scene.set.conditions = {conditions_of({refused.snapshot(), "new", at(100)}).degraded};
  EXPECT_EQ(refusal_of(scene.snapshot(), {}, at(100)),
            (Refusal{.words = "forbidden: exceeded quota: q", .at = std::nullopt}));
  scene.set.conditions.front().status = "False";
  EXPECT_EQ(words(scene, {}, 100), "none");
  scene.set.conditions.front() = {.type = "Degraded",
                                  .status = "True",
                                  .reason = "Somebodys",
                                  .message = "; the API server says: no",
                                  .last_transition_time = {}};
  EXPECT_EQ(words(scene, {}, 100), "none") << "not our words";
}

}  // namespace
}  // namespace everynode::daemonset
