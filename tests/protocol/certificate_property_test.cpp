// Every certificate that a webhook may serve is trusted by every API server. Two loops run at a time; they read, wait
// and write at random moments, while Secrets reach the webhooks late and caBundles reach API servers late.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "cases.hpp"
#include "everynode/protocol/certificate_step.hpp"

namespace everynode::protocol {
namespace {

using namespace std::chrono_literals;
using Ids = std::vector<std::string>;
using Time = std::int64_t;  ///< seconds

constexpr CertificateSettings settings{.authority_life = 9000s, .leaf_life = 3000s, .settle = 60s};
constexpr Time hears_within = 55;   ///< how soon an API server uses a new caBundle
constexpr Time mounts_within = 90;  ///< how soon the kubelet mounts a new Secret
constexpr Time peace_between_faults = 400;

/// An object of the API server, with optimistic locking.
template <class Value>
struct Stored {
  Value value;
  int version = 0;
};

struct AuthoritySecret {
  std::string signer;
  Ids others;
};
struct LeafSecret {
  std::string leaf;
  Ids trust;
};

/// One reconciler: it reads three objects one after the other, decides, and writes a while later.
struct Loop {
  int stage = 0;
  Time next = 0;
  Stored<Ids> bundle;
  Stored<AuthoritySecret> authority;
  Stored<LeafSecret> leaf;
  std::string announced;
  Time announced_since = 0;
  CertificateStep step;
};

/// A value that arrives some time after it was written, in order.
template <class Value>
struct Delayed {
  Value seen;
  std::map<Time, Value> coming;

  void send(Time at, Value value) {
    if (!coming.empty()) at = std::max(at, coming.rbegin()->first);
    coming[at] = std::move(value);
  }
  void arrive(Time now) {
    while (!coming.empty() && coming.begin()->first <= now) {
      seen = coming.begin()->second;
      coming.erase(coming.begin());
    }
  }
};

class World {
 public:
  explicit World(unsigned seed) : random_(seed) {}

  void run(Time end) {
    for (now_ = 0; now_ < end && problem_.empty(); ++now_) {
      for (Loop& loop : loops_) {
        if (loop.next <= now_) turn(loop);
      }
      if (now_ >= next_fault_) fault();
      for (auto& server : servers_) server.arrive(now_);
      for (auto& webhook : webhooks_) webhook.arrive(now_);
      if (now_ > 600) judge();
    }
  }

  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] std::size_t leaves() const { return signed_by_.size(); }
  [[nodiscard]] std::size_t authorities() const { return life_.size() - signed_by_.size(); }

 private:
  Time below(Time limit) { return std::uniform_int_distribution<Time>(0, limit - 1)(random_); }
  [[nodiscard]] std::chrono::sys_seconds clock() const { return std::chrono::sys_seconds{std::chrono::seconds{now_}}; }

  std::string name(const char* kind, Validity validity) {
    std::string id = kind + std::to_string(life_.size());
    life_[id] = validity;
    return id;
  }

  void turn(Loop& loop) {
    loop.next = now_ + below(3);
    switch (loop.stage++) {
      case 0:
        loop.bundle = bundle_;
        break;
      case 1:
        loop.authority = authority_;
        break;
      case 2:
        loop.leaf = leaf_;
        decide(loop);
        break;
      default:
        loop.stage = 0;
        write(loop);
    }
  }

  void decide(Loop& loop) {
    const CertificateState state = state_of(loop);
    loop.step = next_step(settings, state, clock());
    // A write may be under way for a long time.
    loop.next = now_ + (below(10) == 0 ? below(30) : below(2));
    if (std::holds_alternative<WaitUntil>(loop.step)) loop.next = now_ + below(10);
  }

  CertificateState state_of(Loop& loop) {
    CertificateState state;
    const std::string& signer = loop.authority.value.signer;
    if (!signer.empty()) state.signer = Authority{.id = signer, .validity = life_[signer]};
    Ids others = loop.authority.value.others;
    others.insert(others.end(), loop.leaf.value.trust.begin(), loop.leaf.value.trust.end());
    std::set<std::string> known{signer};
    for (const std::string& id : others) {
      if (known.insert(id).second) state.others.push_back({.id = id, .validity = life_[id]});
    }
    const std::string& leaf = loop.leaf.value.leaf;
    if (!leaf.empty()) state.leaf = Leaf{.validity = life_[leaf], .signed_by = signed_by_[leaf]};
    state.bundles = {loop.bundle.value};
    if (signer.empty() || !announces(state.bundles, signer)) {
      loop.announced.clear();
    } else {
      if (std::exchange(loop.announced, signer) != signer) loop.announced_since = now_;
      state.announced = std::chrono::seconds{now_ - loop.announced_since};
    }
    return state;
  }

  void write(Loop& loop) {
    if (const auto* make = std::get_if<MakeAuthority>(&loop.step)) {
      if (loop.authority.version != authority_.version) return;
      authority_ = {.value = {.signer = name("ca", make->validity), .others = make->keep},
                    .version = authority_.version + 1};
    } else if (const auto* write = std::get_if<WriteBundles>(&loop.step)) {
      if (loop.bundle.version != bundle_.version) return;
      bundle_ = {.value = write->trust, .version = bundle_.version + 1};
      for (auto& server : servers_) server.send(now_ + below(hears_within), bundle_.value);
    } else if (const auto* issue = std::get_if<IssueLeaf>(&loop.step)) {
      if (loop.leaf.version != leaf_.version) return;
      const std::string before = leaf_.value.leaf;
      const bool in_need = before.empty() || !life_[before].holds(clock());
      leaf_ = {.value = {.leaf = name("leaf", issue->validity), .trust = issue->trust}, .version = leaf_.version + 1};
      if (in_need) unheard_until_[leaf_.value.leaf] = now_ + hears_within;
      signed_by_[leaf_.value.leaf] = loop.authority.value.signer;
      for (auto& webhook : webhooks_) webhook.send(now_ + below(mounts_within), leaf_.value.leaf);
    }
  }

  /// A reconciler crashes, or a Secret is emptied.
  void fault() {
    next_fault_ = now_ + peace_between_faults + below(4000);
    switch (below(3)) {
      case 0:
        loops_[static_cast<std::size_t>(below(2))] = Loop{};
        break;
      case 1:
        authority_ = {.value = {}, .version = authority_.version + 1};
        break;
      default:
        leaf_ = {.value = {}, .version = leaf_.version + 1};
    }
  }

  void judge() {
    for (const auto& webhook : webhooks_) {
      const std::string& leaf = webhook.seen;
      if (leaf.empty() || !life_[leaf].holds(clock())) return fail("a webhook has no valid certificate: " + leaf);
      const std::string& signer = signed_by_[leaf];
      if (!life_[signer].holds(clock())) return fail(signer + " has expired before " + leaf);
      for (const auto& server : servers_) {
        if (now_ <= unheard_until_[leaf]) continue;
        if (!announces({server.seen}, signer)) return fail("an API server does not trust " + signer + " of " + leaf);
      }
    }
  }

  void fail(const std::string& problem) { problem_ = problem + " at " + std::to_string(now_) + " s"; }

  std::mt19937 random_;
  Time now_ = 0;
  Time next_fault_ = 1000;
  std::map<std::string, Validity> life_;
  std::map<std::string, std::string> signed_by_;
  std::map<std::string, Time> unheard_until_;  ///< leaves that were issued because there was none to serve
  Stored<Ids> bundle_;
  Stored<AuthoritySecret> authority_;
  Stored<LeafSecret> leaf_;
  std::array<Loop, 2> loops_;
  std::array<Delayed<Ids>, 3> servers_;
  std::array<Delayed<std::string>, 4> webhooks_;
  std::string problem_;
};

constexpr std::size_t seeds = support::cases(40);

TEST(CertificateProperty, EveryCertificateThatIsServedIsTrusted) {
  std::size_t authorities = 0;
  std::size_t leaves = 0;
  for (unsigned seed = 0; seed < seeds; ++seed) {
    World world(seed);
    world.run(40'000);
    ASSERT_EQ(world.problem(), "") << "seed " << seed;
    authorities += world.authorities();
    leaves += world.leaves();
  }
  EXPECT_GT(authorities, 5 * seeds) << "else it tests little";
  EXPECT_GT(leaves, 10 * seeds);
}

}  // namespace
}  // namespace everynode::protocol
