// What a pod costs in the store: there may be a million.
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstddef>
#include <string>

#include "stores.hpp"

namespace everynode::cache {
namespace {

constexpr int pods = 20'000;

std::string node_name(int number) {
  return "ip-10-1-2-" + std::to_string(100'000 + number) + ".eu-central-1.compute.internal";
}

objects::DaemonPod pod_of(int number, const std::string& version) {
  objects::DaemonPod pod = pod_at(version, node_name(number), "agent-" + std::to_string(number));
  pod.uid = "12345678-1234-4123-8123-" + std::to_string(100'000'000'000 + number);
  pod.creator = "kube-controller-manager";
  return pod;
}

/// 0 under a sanitizer, which has an allocator of its own.
std::size_t allocated() {
  return mallinfo2().uordblks + mallinfo2().hblkhd;
}

TEST(Memory, OfAPodIsNotMuchMoreThanItself) {
  Store store;
  store.put(daemon_set());
  for (int number = 0; number < pods; ++number) store.put(support::node(node_name(number)));
  const std::size_t before = allocated();
  for (int number = 0; number < pods; ++number) store.put(pod_of(number, "20"));
  EXPECT_LT((allocated() - before) / pods, 420U);
}

TEST(Memory, GrowsLittleWhilePodsAreListedAgain) {
  Store store;
  store.put(daemon_set());
  for (int number = 0; number < pods; ++number) store.put(pod_of(number, "20"));
  const std::size_t before = allocated();
  store.begin_replace(Store::Kind::pod);
  for (int number = 0; number < pods; ++number) store.put(pod_of(number, "21"));
  EXPECT_LT(allocated(), before + pods) << "less than a byte for each";
  EXPECT_EQ(store.end_replace(Store::Kind::pod, "30"), kube::Continuity::proven);
  EXPECT_EQ(store.pods(), std::size_t{pods});
}

}  // namespace
}  // namespace everynode::cache
