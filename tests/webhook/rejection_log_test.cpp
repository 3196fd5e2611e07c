#include "webhook/rejection_log.hpp"

#include <gtest/gtest.h>

namespace everynode::webhook {
namespace {

using namespace std::chrono_literals;

const RejectionLog::Clock::time_point start{};

TEST(RejectionLog, IsToldAtOnceAndThenOnceInAWhile) {
  RejectionLog clients;
  EXPECT_EQ(clients.due(start), std::nullopt);
  clients.count("evicted");
  EXPECT_EQ(clients.due(start + 1s), "evicted=1");
  for (int i = 0; i < 1000; ++i) clients.count("evicted");
  clients.count("400");
  EXPECT_EQ(clients.due(start + 2s), std::nullopt);
  EXPECT_EQ(clients.due(start + 11s), "400=1 evicted=1000");
  EXPECT_EQ(clients.due(start + 30s), std::nullopt);
}

TEST(RejectionLog, MostlyComeFromOneAddress) {
  RejectionLog clients;
  clients.count("evicted", "10.0.0.8");
  for (int i = 0; i < 3; ++i) clients.count(i == 0 ? "no_room" : "evicted", "10.0.0.7");
  EXPECT_EQ(clients.due(start), "evicted=3 no_room=1, most from 10.0.0.7");
  clients.count("evicted", "10.0.0.8");
  EXPECT_EQ(clients.due(start + 10s), "evicted=1, most from 10.0.0.8");
}

TEST(RejectionLog, FromNoMatterHowManyAddressesTakeBoundedMemory) {
  RejectionLog clients;
  for (int i = 0; i < 2000; ++i) clients.count("evicted", std::to_string(i));
  for (int i = 0; i < 5; ++i) clients.count("evicted", "0");
  for (int i = 0; i < 9; ++i) clients.count("evicted", "1999");
  EXPECT_EQ(clients.due(start), "evicted=2014, most from 0") << "1999 came too late to be remembered";
}

TEST(RejectionLog, AFewFailedHandshakesAreNoNews) {
  RejectionLog clients;
  for (int i = 0; i < 50; ++i) clients.count_handshake();
  EXPECT_EQ(clients.due(start), std::nullopt);
  for (int i = 0; i < 150; ++i) clients.count_handshake();
  EXPECT_EQ(clients.due(start + 1s), "handshake_failed=150");
}

}  // namespace
}  // namespace everynode::webhook
