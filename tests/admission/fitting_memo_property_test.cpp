// Whatever pods come, and whatever changes between them: with a memo and without, the decisions are the same.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "cases.hpp"
#include "clusters.hpp"
#include "remembered.hpp"

namespace everynode::admission {
namespace {

/// A cluster of which something changes now and then.
class ChangingCluster {
 public:
  explicit ChangingCluster(unsigned seed) : random_(seed), clusters_(seed), overlays_(clusters_.overlays()) {
    for (int i = 0; i < 4; ++i) pods_.push_back(clusters_.pod());
    for (std::size_t i = 0; i < 3; ++i) nodes_.push_back(node(i));
  }

  void change() {
    const std::size_t what = up_to(9);
    if (what == 0) overlays_ = clusters_.overlays();
    if (what == 1) overlays_[up_to(overlays_.size() - 1)] = clusters_.overlays()[0];
    if (what == 2) nodes_[up_to(2)] = node(up_to(2));
  }
  [[nodiscard]] Cluster cluster() const { return {overlays_, nodes_}; }

  json pod() {
    json pod = pods_[up_to(pods_.size() - 1)];
    if (up_to(2) == 0) return pod;
    pod["metadata"]["annotations"]["everynode.dev/node"] = "n" + std::to_string(up_to(3));
    return pod;
  }

 private:
  std::size_t up_to(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n)(random_); }

  json node(std::size_t number) {
    json node = node_of("n" + std::to_string(number));
    if (up_to(2) == 0) node["metadata"]["labels"]["size"] = "small";
    if (up_to(4) == 0) node["metadata"]["labels"].erase("size");
    if (up_to(3) == 0) node["status"]["allocatable"]["cpu"] = "64";
    if (up_to(4) == 0) node["status"]["allocatable"].erase("pods");
    return node;
  }

  std::mt19937 random_;
  RandomClusters clusters_;
  std::vector<json> overlays_;
  std::vector<json> nodes_;
  std::vector<json> pods_;
};

TEST(FittingMemoProperty, DecisionsAreThoseThatAreMadeWithoutIt) {
  constexpr std::size_t clusters = support::cases(300);
  constexpr int decisions = 30;
  std::size_t fitted = 0;
  for (unsigned seed = 0; seed < clusters; ++seed) {
    ChangingCluster changing(seed);
    FittingMemo memo;
    for (int i = 0; i < decisions; ++i) {
      changing.change();
      const Cluster cluster = changing.cluster();
      const json pod = changing.pod();
      const auto plain = cluster.decide(pod);
      const auto remembered = decide_with(memo, cluster, pod);
      ASSERT_EQ(told(remembered.decision), told(plain.decision)) << "seed " << seed << ": " << pod.dump();
      ASSERT_EQ(told(decide_with(memo, cluster, remembered.patched()).decision),
                told(cluster.decide(plain.patched()).decision))
          << "seed " << seed << ": " << pod.dump();
    }
    fitted += memo.fitted();
  }
  EXPECT_LT(fitted, 2 * clusters * decisions * 3 / 4) << "little changes between two decisions";
}

}  // namespace
}  // namespace everynode::admission
