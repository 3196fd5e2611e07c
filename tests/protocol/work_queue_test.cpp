#include "everynode/protocol/work_queue.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "cases.hpp"

namespace everynode::protocol {
namespace {

using namespace std::chrono_literals;
using Instant = WorkQueue::Instant;

constexpr Instant start{1000s};

std::string take(WorkQueue& queue, Instant now) {
  const auto taken = queue.take(now);
  return taken ? taken->key : "";
}

TEST(WorkQueue, HandsEachKeyOutOnceInOrder) {  // requirement 0.2
  WorkQueue queue;
  queue.add("a", start);
  queue.add("b", start);
  queue.add("a", start + 1ms);
  EXPECT_EQ(queue.figures(start).depth, 2u);
  EXPECT_EQ(queue.figures(start).adds, 2u);
  EXPECT_EQ(take(queue, start + 1ms), "a");
  EXPECT_EQ(take(queue, start + 1ms), "b");
  EXPECT_EQ(take(queue, start + 1ms), "");
  EXPECT_EQ(queue.figures(start).processing, 2u);
}

TEST(WorkQueue, TellsHowLongAKeyWaited) {
  WorkQueue queue;
  queue.add("a", start);
  EXPECT_EQ(queue.take(start + 7ms)->waited, 7ms);
}

TEST(WorkQueue, AKeyThatIsAddedWhileItIsWorkedOnComesAgain) {  // requirement 0.2
  WorkQueue queue;
  queue.add("a", start);
  take(queue, start);
  queue.add("a", start + 1ms);
  EXPECT_EQ(take(queue, start + 1s), "") << "not twice at the same time";
  EXPECT_EQ(queue.next_time(), std::nullopt);
  queue.done("a", start + 1s);
  EXPECT_EQ(take(queue, start + 1s), "a");
  queue.done("a", start + 1s);
  EXPECT_EQ(take(queue, start + 2s), "");
}

TEST(WorkQueue, ABusyKeyIsHandedOutOncePerInterval) {
  WorkQueue queue;
  queue.add("a", start);
  EXPECT_EQ(take(queue, start), "a") << "the first time at once";
  queue.done("a", start + 1ms);
  queue.add("a", start + 2ms);
  EXPECT_EQ(queue.next_time(), start + 25ms);
  EXPECT_EQ(queue.figures(start + 3ms).depth, 1u);
  EXPECT_EQ(take(queue, start + 24ms), "");
  EXPECT_EQ(queue.take(start + 25ms)->waited, 23ms);
  queue.done("a", start + 26ms);
  queue.add("a", start + 1s);
  EXPECT_EQ(take(queue, start + 1s), "a") << "it was not busy";
}

TEST(WorkQueue, AKeyRestsForAsLongAsItIsTold) {
  WorkQueue queue;
  queue.add("a", start);
  queue.rest("a", start + 1s);
  EXPECT_EQ(take(queue, start), "a") << "it was not being worked on";
  queue.rest("a", start + 100ms);
  queue.add("a", start + 1ms);
  queue.done("a", start + 2ms);
  EXPECT_EQ(take(queue, start + 99ms), "");
  EXPECT_EQ(take(queue, start + 100ms), "a");
  queue.done("a", start + 101ms);
  queue.add("a", start + 102ms);
  EXPECT_EQ(take(queue, start + 125ms), "a") << "it rested once";
}

TEST(WorkQueue, WhatIsUrgentDoesNotRest) {
  WorkQueue queue;
  queue.add("a", start);
  take(queue, start);
  queue.rest("a", start + 10s);
  queue.add_urgent("a", start + 1ms);
  queue.done("a", start + 2ms);
  EXPECT_EQ(take(queue, start + 2ms), "a") << "nor wait for its interval";
  queue.rest("a", start + 10s);
  queue.done("a", start + 3ms);
  queue.add("a", start + 4ms);
  EXPECT_EQ(queue.next_time(), start + 10s) << "urgent once";
  queue.add_urgent("a", start + 5ms);
  EXPECT_EQ(take(queue, start + 5ms), "a") << "also a key that was waiting";
}

TEST(WorkQueue, WhatIsUrgentTooOftenIsHandedOutOncePerInterval) {
  WorkQueue queue;
  std::vector<WorkQueue::Duration> turns;
  for (int turn = 0; turn < 7; ++turn) {
    queue.add_urgent("a", start);
    turns.push_back(std::max(*queue.next_time(), start) - start);
    EXPECT_EQ(take(queue, start + turns.back()), "a");
    queue.done("a", start + turns.back());
  }
  EXPECT_EQ(turns, (std::vector<WorkQueue::Duration>{0ms, 0ms, 0ms, 0ms, 25ms, 50ms, 75ms}));
}

TEST(WorkQueue, OfSeveralTimesTheEarliestCounts) {  // requirement 1.11
  WorkQueue queue;
  queue.add_after("a", start + 10s, start);
  queue.add_after("a", start + 5s, start);
  queue.add_after("a", start + 7s, start);
  EXPECT_EQ(queue.next_time(), start + 5s);
  EXPECT_EQ(queue.figures(start).delayed, 1u);
  EXPECT_EQ(queue.figures(start).depth, 0u);
  EXPECT_EQ(take(queue, start + 5s), "a");
  queue.done("a", start + 5s);
  EXPECT_EQ(queue.next_time(), std::nullopt) << "and the others do not";
  queue.add_after("a", start + 10s, start + 6s);
  queue.add("a", start + 6s);
  EXPECT_EQ(take(queue, start + 6s), "a");
}

TEST(WorkQueue, ADelayThatIsSetWhileTheKeyIsWorkedOnIsKept) {
  WorkQueue queue;
  queue.add("a", start);
  take(queue, start);
  queue.add_after("a", start + 5s, start);
  queue.done("a", start + 1s);
  EXPECT_EQ(queue.next_time(), start + 5s);
}

TEST(WorkQueue, FailuresComeAgainLaterEachTime) {  // requirement 0.3
  WorkQueue queue({.interval = 0s});
  queue.add("a", start);
  Instant now = start;
  for (const auto expected : {5ms, 10ms, 20ms, 40ms, 80ms}) {
    ASSERT_EQ(take(queue, now), "a");
    ASSERT_EQ(queue.failed("a", now), expected);
    now += expected;
  }
  EXPECT_EQ(queue.failures("a"), 5u);
  EXPECT_EQ(queue.figures(now).retries, 5u);
  take(queue, now);
  queue.done("a", now);
  EXPECT_EQ(queue.failures("a"), 0u) << "success forgets";
  queue.add("a", now);
  take(queue, now);
  EXPECT_EQ(queue.failed("a", now), 5ms);
}

TEST(WorkQueue, NoDelayIsLongerThanTheCap) {  // requirement 0.3
  WorkQueue queue;
  Instant now = start;
  queue.add("a", now);
  WorkQueue::Duration delay{};
  for (int i = 0; i < 100; ++i) {
    take(queue, now);
    delay = queue.failed("a", now);
    now += delay + 1s;
  }
  EXPECT_EQ(delay, 1000s);
}

TEST(WorkQueue, AllRetriesTogetherAreTenASecond) {  // requirement 0.3
  WorkQueue queue;
  WorkQueue::Duration longest{};
  for (int i = 0; i < 200; ++i) {
    queue.add(std::to_string(i), start);
    const std::string key = take(queue, start);
    longest = std::max(longest, queue.failed(key, start));
  }
  EXPECT_EQ(longest, 10s) << "the first hundred at once";
}

TEST(WorkQueue, AFailureOfAKeyThatWasAddedAgainDoesNotWait) {
  WorkQueue queue({.interval = 0s});
  queue.add("a", start);
  take(queue, start);
  queue.add("a", start);
  queue.failed("a", start);
  EXPECT_EQ(take(queue, start), "a");
}

TEST(WorkQueue, WhatIsNotTakenCannotBeDone) {
  WorkQueue queue;
  queue.done("a", start);
  queue.failed("a", start);
  queue.add("a", start);
  queue.done("a", start);
  EXPECT_EQ(take(queue, start), "a");
}

/// Compares with the simplest model: for each key the earliest time for which it was queued and not handed out yet.
TEST(WorkQueue, KeepsItsLawsInAnyOrderOfCalls) {
  for (unsigned seed = 0; seed < support::cases(300); ++seed) {
    std::mt19937 random(seed);
    const auto up_to = [&](int n) { return std::uniform_int_distribution<int>(0, n)(random); };
    WorkQueue queue;
    std::map<std::string, Instant> wanted;
    std::map<std::string, Instant> taken_at;
    std::vector<std::string> working;
    Instant now = start;
    for (int step = 0; step < 500; ++step) {
      now += std::chrono::milliseconds(up_to(10));
      const std::string key = std::to_string(up_to(5));
      const auto want = [&](const std::string& k, Instant when) {
        const auto [entry, fresh] = wanted.emplace(k, when);
        if (!fresh) entry->second = std::min(entry->second, when);
      };
      switch (up_to(3)) {
        case 0:
          queue.add(key, now);
          want(key, now);
          break;
        case 1: {
          const Instant when = now + std::chrono::milliseconds(up_to(100));
          queue.add_after(key, when, now);
          want(key, when);
          break;
        }
        case 2:
          if (const auto taken = queue.take(now)) {
            ASSERT_EQ(std::ranges::count(working, taken->key), 0);
            ASSERT_TRUE(wanted.contains(taken->key));
            ASSERT_EQ(taken->waited, now - wanted[taken->key]);
            ASSERT_GE(taken->waited, 0s);
            ASSERT_TRUE(!taken_at.contains(taken->key) || now - taken_at[taken->key] >= 25ms);
            wanted.erase(taken->key);
            taken_at[taken->key] = now;
            working.push_back(taken->key);
          } else {
            for (const auto& [k, when] : wanted) {
              ASSERT_TRUE(when > now || std::ranges::count(working, k) == 1 || now - taken_at[k] < 25ms) << k;
            }
          }
          break;
        default:
          if (working.empty()) break;
          if (up_to(2) == 0) {
            want(working.back(), now + queue.failed(working.back(), now));
          } else {
            queue.done(working.back(), now);
          }
          working.pop_back();
      }
      const auto figures = queue.figures(now);
      ASSERT_EQ(figures.processing, working.size());
      ASSERT_EQ(figures.depth + figures.delayed,
                static_cast<std::size_t>(std::ranges::count_if(
                    wanted, [&](const auto& w) { return std::ranges::count(working, w.first) == 0; })));
    }
  }
}

TEST(WorkQueue, ForgetsKeysThatAreNoLongerUsed) {
  WorkQueue queue;
  Instant now = start;
  for (int i = 0; i < 100'000; ++i) {
    now += 1ms;
    queue.add(std::to_string(i), now);
    queue.done(take(queue, now), now);
  }
  EXPECT_LE(queue.known(), 600u);
}

}  // namespace
}  // namespace everynode::protocol
