// Whether the invariants distinguish right from wrong.
#include "invariants.hpp"

#include <gtest/gtest.h>

namespace everynode::reconciler {
namespace {

Json owned(const std::string& name, const std::string& node) {
  Json pod = orphan(name, "agent", node);
  pod["metadata"]["ownerReferences"] = Json::array({{{"uid", "agent"}, {"controller", true}}});
  return pod;
}

/// Three nodes, one of which may be unavailable.
class LawOfTheBudget : public ::testing::Test {
 protected:
  LawOfTheBudget() {
    add_nodes(objects_, 3);
    objects_.changed = [this](const std::string& plural, const Json& object) {
      invariants_.check(objects_, plural, object);
    };
  }

  void tell_to_go(Json pod) {
    pod["metadata"]["deletionTimestamp"] = support::timestamp();
    objects_.write("pods", std::move(pod));
  }

  FakeObjects objects_;
  Invariants invariants_{Limits{.unavailable = 1, .pods_on_a_node = 2}};
};

TEST_F(LawOfTheBudget, LetsOnePodGoWhileAllOthersServe) {
  for (const std::string node : {"n1", "n2", "n3"}) objects_.write("pods", owned("on-" + node, node));
  tell_to_go(owned("on-n1", "n1"));
  EXPECT_TRUE(invariants_.violations().empty());
}

TEST_F(LawOfTheBudget, LetsNoPodGoWhileAnotherIsMissing) {
  for (const std::string node : {"n1", "n2"}) objects_.write("pods", owned("on-" + node, node));
  tell_to_go(owned("on-n1", "n1"));
  EXPECT_EQ(invariants_.violations(),
            std::vector<std::string>{"default/on-n1 on n1 was told to go: no pod serves n1, n3"});
}

TEST_F(LawOfTheBudget, LetsOneOfTwoOnANodeGoWhileAnotherIsMissing) {
  for (const std::string name : {"first", "second"}) objects_.write("pods", owned(name, "n1"));
  tell_to_go(owned("second", "n1"));
  EXPECT_TRUE(invariants_.violations().empty());
}

TEST_F(LawOfTheBudget, LetsNotBothOfTwoOnANodeGo) {
  for (const std::string name : {"first", "second"}) objects_.write("pods", owned(name, "n1"));
  tell_to_go(owned("second", "n1"));
  tell_to_go(owned("first", "n1"));
  EXPECT_EQ(invariants_.violations(),
            std::vector<std::string>{"default/first on n1 was told to go: no pod serves n1, n2, n3"});
}

Json not_ready(Json pod) {
  pod["status"] = {{"phase", "Pending"}};
  return pod;
}

TEST_F(LawOfTheBudget, LetsTheOnlyOneThatServesNotGoForASurge) {
  objects_.write("pods", owned("old", "n1"));
  objects_.write("pods", not_ready(owned("new", "n1")));
  tell_to_go(owned("old", "n1"));
  EXPECT_EQ(invariants_.violations(),
            std::vector<std::string>{"default/old on n1 was told to go: no pod serves n1, n2, n3"});
}

TEST_F(LawOfTheBudget, LetsOneOfTwoGoWhereOneIsTooMany) {
  invariants_ = Invariants({.unavailable = 1, .pods_on_a_node = 1});
  objects_.write("pods", orphan("second", "agent", "n1"));
  objects_.write("pods", not_ready(owned("first", "n1")));
  tell_to_go(owned("second", "n1"));
  EXPECT_TRUE(invariants_.violations().empty());
  tell_to_go(owned("first", "n1"));
  EXPECT_EQ(invariants_.violations(),
            std::vector<std::string>{"default/first on n1 was told to go: no pod serves n1, n2, n3"});
}

TEST_F(LawOfTheBudget, LetsFewPodsBeCreatedForANode) {
  for (int i = 0; i < 21; ++i) {
    EXPECT_TRUE(invariants_.violations().empty());
    objects_.write("pods", owned("pod-" + std::to_string(i), "n1"));
    objects_.erase("pods", "default/pod-" + std::to_string(i));
  }
  EXPECT_EQ(invariants_.violations(), std::vector<std::string>{"21 pods were created for n1"});
}

}  // namespace
}  // namespace everynode::reconciler
