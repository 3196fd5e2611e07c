// One fault at a time.
#include <gtest/gtest.h>

#include <atomic>

#include "cluster_objects.hpp"
#include "invariants.hpp"
#include "reconcile_loop_run.hpp"

namespace everynode::reconciler {
namespace {

using namespace std::chrono_literals;
using support::ApiRequest;
using support::Fault;
using support::WatchFault;

class Faults : public ::testing::Test {
 protected:
  Faults() {
    cluster_.change([](FakeObjects& objects) { add_nodes(objects, 5); });
    cluster_.observe([this](const FakeObjects& objects, const std::string& plural, const Json& object) {
      invariants_.check(objects, plural, object);
    });
  }

  void TearDown() override {
    cluster_.ask([this](const FakeObjects&) {
      for (const std::string& violation : invariants_.violations()) ADD_FAILURE() << violation;
    });
  }

  void add_agent() {
    cluster_.change([](FakeObjects& objects) { add_daemon_set(objects, daemon_set("agent", "i:1")); });
  }
  void roll() {
    cluster_.change([](FakeObjects& objects) { set_image(objects, "agent", "i:2"); });
  }

  /// Each `one_in`th request that matches has the fault.
  void break_each(std::size_t one_in, const std::string& method, const std::string& target, const Fault& fault) {
    cluster_.set_faults([=, seen = std::size_t{0}](const ApiRequest& request) mutable {
      const bool meant = request.method == method && request.target.contains(target);
      return meant && seen++ % one_in == 0 ? fault : Fault{};
    });
  }

  Invariants invariants_{Limits{}};
  FakeCluster cluster_;
};

TEST_F(Faults, LostAnswersMakeNoSecondPods) {
  break_each(2, "POST", "/pods", {.kind = Fault::Kind::drop_after});
  cluster_.set_watch_faults([](const ApiRequest&) { return WatchFault{.delay = 150ms}; });
  add_agent();
  const ReconcileLoopRun run(cluster_);
  ASSERT_TRUE(cluster_.await(is_settled));
  EXPECT_EQ(cluster_.ask([](const FakeObjects& objects) { return objects.all("pods").size(); }), 5U);
}

/// The pod exists, and its answer was lost: even if no watch says what the pod is, the controller must not make
/// another.
TEST_F(Faults, AnAnswerThatDoesNotComeMakesNoSecondPod) {
  cluster_.set_faults([lost = std::size_t{0}, refused = 0](const ApiRequest& request) mutable {
    if (request.method == "POST" && request.target.contains("/pods") && lost++ < 1) {
      return Fault{.kind = Fault::Kind::drop_after};
    }
    const bool question = request.method == "GET" && request.target.contains("/pods/");
    if (question && refused++ < 3) return Fault{.kind = Fault::Kind::refuse, .status = 503};
    return Fault{};
  });
  cluster_.set_watch_faults([](const ApiRequest&) { return WatchFault{.delay = 300ms}; });
  add_agent();
  const ReconcileLoopRun run(cluster_);
  ASSERT_TRUE(cluster_.await(is_settled));
  EXPECT_EQ(cluster_.ask([](const FakeObjects& objects) { return objects.all("pods").size(); }), 5U);
}

/// The pod exists, its answer was lost, and then the template changes: the node's next pod has another name.
TEST_F(Faults, AnAnswerThatDoesNotComeBeforeARollMakesNoSecondPod) {
  // A pod that became ready unnoticed still seems to serve nobody, and goes whatever the budget is (requirement 10.3).
  cluster_.ask([this](const FakeObjects&) { invariants_ = Invariants({.unavailable = 5}); });
  std::atomic<bool> rolled = false;
  std::atomic<bool> lost = false;
  cluster_.set_faults([&](const ApiRequest& request) {
    if (request.method != "POST" || !request.target.contains("/pods")) return Fault{};
    if (!lost.exchange(true)) return Fault{.kind = Fault::Kind::drop_after};
    return rolled ? Fault{} : Fault{.kind = Fault::Kind::refuse, .status = 403, .reason = "Forbidden"};
  });
  cluster_.set_watch_faults(
      [](const ApiRequest& request) { return WatchFault{.delay = request.target.contains("/pods") ? 1500ms : 0ms}; });
  add_agent();
  const ReconcileLoopRun run(cluster_);
  ASSERT_TRUE(cluster_.await([](const FakeObjects& objects) { return objects.all("pods").size() == 1; }));
  roll();
  rolled = true;
  EXPECT_TRUE(cluster_.await(is_settled));
}

/// A controller that does not see an orphan yet makes a pod beside it. One of the two goes at once: its node keeps the
/// other.
TEST_F(Faults, OfTwoPodsOnANodeOneGoesThoughOtherNodesHaveNone) {
  std::atomic<bool> one_went = false;
  cluster_.set_faults([&](const ApiRequest& request) {
    if (request.method == "DELETE" && request.target.contains("/pods/")) one_went = true;
    const bool elsewhere = request.is("POST", "/api/v1/namespaces/default/pods") && !request.body.contains(R"(["n1"])");
    return one_went || !elsewhere ? Fault{} : Fault{.kind = Fault::Kind::refuse, .status = 500};
  });
  std::atomic<bool> listed = false;
  cluster_.set_watch_faults([&](const ApiRequest& request) {
    if (!request.target.contains("/pods")) return WatchFault{};
    listed = true;
    return WatchFault{.delay = 300ms};
  });
  const ReconcileLoopRun run(cluster_);
  ASSERT_TRUE(cluster_.await([&](const FakeObjects&) { return listed.load(); }));
  cluster_.change([](FakeObjects& objects) {
    objects.write("pods", orphan("orphan", "agent", "n1"));
    add_daemon_set(objects, daemon_set("agent", "i:1"));
  });
  EXPECT_TRUE(cluster_.await([&](const FakeObjects& objects) { return one_went && is_settled(objects); }));
}

/// The order in which pods are kept ignores who serves: of two pods of the same second the smaller name stays
/// (requirement 5.8).
TEST_F(Faults, OfTwoPodsOnANodeTheSecondGoesThoughItAloneServes) {
  cluster_.hold_kubelets(true);
  add_agent();
  const ReconcileLoopRun run(cluster_);
  ASSERT_TRUE(cluster_.await([](const FakeObjects& objects) { return objects.all("pods").size() == 5; }));
  cluster_.change([&](FakeObjects& objects) {
    Json second = orphan("orphan", "agent", "n1");
    for (auto [key, first] : FakeObjects::Collection(objects.all("pods"))) {
      if (support::target_of(first) != "n1") continue;
      first["spec"]["nodeName"] = "n1";
      second["metadata"]["creationTimestamp"] = first["metadata"]["creationTimestamp"];
      objects.write("pods", first);
    }
    objects.write("pods", second);
  });
  const auto has_gone = [](const FakeObjects& objects) {
    const Json* second = objects.find("pods", "default/orphan");
    return second == nullptr || support::is_terminating(*second);
  };
  EXPECT_TRUE(cluster_.await(has_gone));
  cluster_.hold_kubelets(false);
  EXPECT_TRUE(cluster_.await(is_settled));
}

/// The controller deletes a pod that is not bound yet instead of the other, and gets no answer. Then the pod turns out
/// to be bound, and comes first: the other one must not go as well, as long as nobody knows whether the first one does.
TEST_F(Faults, ADeletionWithoutAnAnswerTakesNotTheOtherPodToo) {
  cluster_.hold_kubelets(true);
  cluster_.set_watch_faults(
      [](const ApiRequest& request) { return WatchFault{.delay = request.target.contains("/pods") ? 1000ms : 0ms}; });
  cluster_.set_faults([seen = 0](const ApiRequest& request) mutable {
    const bool first = request.method == "DELETE" && request.target.contains("/pods/") && seen++ == 0;
    return first ? Fault{.kind = Fault::Kind::drop_after, .delay = 750ms} : Fault{};
  });
  add_agent();
  const ReconcileLoopRun run(cluster_);
  ASSERT_TRUE(cluster_.await([](const FakeObjects& objects) { return objects.all("pods").size() == 5; }));
  Json first;
  cluster_.change([&](FakeObjects& objects) {
    for (const auto& [key, pod] : objects.all("pods")) {
      if (support::target_of(pod) == "n1") first = pod;
    }
    Json second = orphan("orphan", "agent", "n1");
    second["metadata"]["creationTimestamp"] = first["metadata"]["creationTimestamp"];
    objects.write("pods", second);
  });
  std::this_thread::sleep_for(500ms);
  first["spec"]["nodeName"] = "n1";
  cluster_.change([&](FakeObjects& objects) { objects.write("pods", first); });
  ASSERT_TRUE(cluster_.await([&](const FakeObjects& objects) {
    return support::is_terminating(*objects.find("pods", support::key_of(first)));
  }));
  std::this_thread::sleep_for(1000ms);
  EXPECT_TRUE(cluster_.ask([](const FakeObjects& objects) {
    const Json* second = objects.find("pods", "default/orphan");
    return second != nullptr && !support::is_terminating(*second);
  }));
  cluster_.hold_kubelets(false);
  EXPECT_TRUE(cluster_.await(is_settled));
}

TEST_F(Faults, AConflictIsNoProofThatAPodHasGone) {
  add_agent();
  const ReconcileLoopRun run(cluster_);
  ASSERT_TRUE(cluster_.await(is_settled));
  break_each(2, "DELETE", "/pods/", {.kind = Fault::Kind::refuse, .status = 409, .reason = "Conflict"});
  roll();
  EXPECT_TRUE(cluster_.await(is_settled));
}

TEST_F(Faults, AProxyThatKnowsNoSuchPathIsNoProofThatAPodHasGone) {
  add_agent();
  const ReconcileLoopRun run(cluster_);
  ASSERT_TRUE(cluster_.await(is_settled));
  break_each(2, "DELETE", "/pods/", {.kind = Fault::Kind::refuse, .status = 404, .reason = ""});
  roll();
  EXPECT_TRUE(cluster_.await(is_settled));
}

TEST_F(Faults, AStatusThatIsOldIsWrittenAgainWithoutWaitingForTheWatch) {
  add_agent();
  cluster_.set_watch_faults([](const ApiRequest& request) {
    return WatchFault{.delay = request.target.contains("/daemonsets") ? 120s : 0s};
  });
  const ReconcileLoopRun run(cluster_);
  ASSERT_TRUE(cluster_.await([](const FakeObjects& objects) { return objects.all("pods").size() == 5; }));
  cluster_.change([](FakeObjects& objects) {
    Json annotated = *objects.find("daemonsets", "default/agent");
    annotated["metadata"]["annotations"]["by"] = "a user";
    objects.write("daemonsets", annotated);
  });
  EXPECT_TRUE(cluster_.await(is_settled));
}

TEST_F(Faults, WhatCannotBeReadIsLeftAlone) {
  add_agent();
  {
    const ReconcileLoopRun run(cluster_);
    ASSERT_TRUE(cluster_.await(is_settled));
  }
  const auto spoil = [](FakeObjects& objects, const std::string& plural, const std::string& key) {
    Json object = *objects.find(plural, key);
    object["metadata"]["labels"] = 7;
    objects.write(plural, object);
  };
  std::string pinned;
  cluster_.hold_kubelets(true);
  cluster_.change([&](FakeObjects& objects) {
    spoil(objects, "nodes", "/n1");
    for (auto [key, pod] : FakeObjects::Collection(objects.all("pods"))) {
      if (support::target_of(pod) != "n1") continue;
      // The pod is pinned to a node that exists but cannot be read, and is not bound.
      pod["spec"].erase("nodeName");
      pod["status"] = {{"phase", "Pending"}};
      objects.write("pods", pod);
      pinned = key;
    }
  });
  const ReconcileLoopRun run(cluster_);
  cluster_.change([&](FakeObjects& objects) {
    for (const auto& [key, pod] : FakeObjects::Collection(objects.all("pods"))) {
      if (support::target_of(pod) == "n2") spoil(objects, "pods", key);
    }
    spoil(objects, "nodes", "/n3");
  });
  cluster_.compact();
  std::this_thread::sleep_for(300ms);
  EXPECT_GE(run.undecodable(), 3U);
  EXPECT_EQ(count(cluster_, "DELETE", "/pods/"), 0U);
  cluster_.hold_kubelets(false);
  cluster_.change([&](FakeObjects& objects) { spoil(objects, "daemonsets", "default/agent"); });
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(count(cluster_, "DELETE", ""), 0U);
}

/// A restored backup brings deleted objects back under the same UIDs.
TEST_F(Faults, WhatComesBackFromTheDeadMakesNoHotLoop) {
  add_agent();
  const ReconcileLoopRun run(cluster_);
  ASSERT_TRUE(cluster_.await(is_settled));
  cluster_.change([](FakeObjects& objects) {
    const auto [key, revision] = *objects.all("controllerrevisions").begin();
    objects.erase("controllerrevisions", std::string(key));
    objects.write("controllerrevisions", Json(revision));
    objects.write("nodes", node("n6"));
  });
  std::this_thread::sleep_for(500ms);
  EXPECT_LT(count(cluster_, "POST", "/controllerrevisions"), 20U);
}

TEST_F(Faults, ListsAgainWhenTheWatchIsTooOld) {
  add_agent();
  std::size_t gone = 0;
  cluster_.set_watch_faults([&gone](const ApiRequest&) { return WatchFault{.gone = gone++ % 3 == 0, .life = 40ms}; });
  const ReconcileLoopRun run(cluster_);
  ASSERT_TRUE(cluster_.await(is_settled));
  roll();
  ASSERT_TRUE(cluster_.await(is_settled));
  EXPECT_GT(count(cluster_, "GET", "/api/v1/pods?limit"), 1U);
}

TEST_F(Faults, ASilentWatchIsBegunAgain) {
  bool silent = true;
  cluster_.set_watch_faults([&silent](const ApiRequest&) { return WatchFault{.silent = silent}; });
  RunOptions options;
  options.silence_timeout = 1s;
  const ReconcileLoopRun run(cluster_, options);
  std::this_thread::sleep_for(200ms);
  cluster_.change([&](FakeObjects& objects) {
    silent = false;
    add_daemon_set(objects, daemon_set("agent", "i:1"));
  });
  EXPECT_TRUE(cluster_.await(is_settled));
}

TEST_F(Faults, TooManyRequestsMeansAPause) {
  add_agent();
  std::optional<std::chrono::steady_clock::time_point> refused;
  std::vector<std::chrono::milliseconds> after;
  cluster_.set_faults([&](const ApiRequest& request) {
    const auto now = std::chrono::steady_clock::now();
    if (refused) after.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(now - *refused));
    if (refused || request.method != "POST" || !request.target.contains("/pods")) return Fault{};
    refused = now;
    return Fault{.kind = Fault::Kind::refuse, .status = 429, .reason = "TooManyRequests", .retry_after = 1};
  });
  const ReconcileLoopRun run(cluster_);
  ASSERT_TRUE(cluster_.await(is_settled));
  cluster_.ask([&](const FakeObjects&) {
    ASSERT_FALSE(after.empty());
    // Requests that were under way at that moment cannot be stopped.
    const auto in_the_pause = [](auto time) { return time > 100ms && time < 950ms; };
    EXPECT_EQ(std::ranges::count_if(after, in_the_pause), 0);
  });
}

TEST_F(Faults, EventsInPiecesTwiceAndLateChangeNothing) {
  add_agent();
  std::size_t number = 0;
  cluster_.set_watch_faults([&number](const ApiRequest&) {
    const std::chrono::milliseconds delay(20 * (number++ % 4));
    return WatchFault{.delay = delay, .duplicate = true, .piece = 7};
  });
  const ReconcileLoopRun run(cluster_);
  ASSERT_TRUE(cluster_.await(is_settled));
  roll();
  ASSERT_TRUE(cluster_.await(is_settled));
}

}  // namespace
}  // namespace everynode::reconciler
