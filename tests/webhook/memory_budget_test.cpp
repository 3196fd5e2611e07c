#include "webhook/memory_budget.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace everynode::webhook {
namespace {

TEST(MemoryBudget, IsNeverExceededAndServesEverybody) {
  MemoryBudget budget(100);
  std::atomic<std::size_t> taken = 0;
  std::atomic<std::size_t> most = 0;
  std::atomic<int> served = 0;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        const std::size_t wanted = 10 + 15 * i;  // the last one wants more than there is
        for (int n = 0; n < 200; ++n) {
          const auto share = budget.take(wanted);
          const std::size_t now = taken += std::min<std::size_t>(wanted, 100);
          for (std::size_t seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
          }
          taken -= std::min<std::size_t>(wanted, 100);
          ++served;
        }
      });
    }
  }
  EXPECT_LE(most, 100U);
  EXPECT_EQ(served, 8 * 200);
}

TEST(MemoryBudget, LetsNoneOvertakeOneThatNeedsMuch) {
  MemoryBudget budget(100);
  std::atomic<bool> large = false;
  std::jthread needs_all;
  {
    const auto share = budget.take(60);
    needs_all = std::jthread([&] {
      const auto all = budget.take(100);
      large = true;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_FALSE(large);
  }
  const auto after = budget.take(10);  // waits behind it, if it has not had its turn
  needs_all.join();
  EXPECT_TRUE(large);
}

TEST(MemoryBudget, ALargerTextNeedsMore) {
  EXPECT_LT(most_memory_for(1'000), most_memory_for(10'000));
  EXPECT_LT(most_memory_for(1'000'000), most_memory_for(7'000'000));
  EXPECT_LT(most_memory_for(8'000), 1024U * 1024) << "else a few threads would wait for each other";
}

}  // namespace
}  // namespace everynode::webhook
