// Streams and lists of an API server that goes on changing, cut at any place, into the store: what the server still has
// never goes, and what is told whole is what the server has.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "cases.hpp"
#include "everynode/cache/feed.hpp"
#include "stores.hpp"

namespace everynode::cache {
namespace {

using protocol::WatchMachine;
using Pods = std::map<std::string, std::uint64_t>;  ///< the version of each UID

std::string json_of(const std::string& uid, std::uint64_t version) {
  return R"({"metadata":{"namespace":"default","name":")" + uid + R"(","uid":")" + uid +
         R"(","labels":{"app":"agent"},"resourceVersion":")" + std::to_string(version) + R"(",
    "ownerReferences":[{"kind":"DaemonSet","name":"agent","uid":"ds-1","controller":true}]},
    "spec":{"nodeName":"n1"},"status":{}})";
}

/// The pods of an API server, and what became of them.
class Server {
 public:
  struct Event {
    std::string type;
    std::string uid;
    std::uint64_t version;

    [[nodiscard]] std::string line() const {
      return R"({"type":")" + type + R"(","object":)" + json_of(uid, version) + "}";
    }
  };

  std::uint64_t write(const std::string& uid) {
    const bool is_new = !pods_.contains(uid);
    pods_[uid] = ++version_;
    log_.push_back({.type = is_new ? "ADDED" : "MODIFIED", .uid = uid, .version = version_});
    return version_;
  }
  void remove(const std::string& uid) {
    pods_.erase(uid);
    log_.push_back({.type = "DELETED", .uid = uid, .version = ++version_});
  }
  /// Something of another kind.
  void pass() { ++version_; }
  void restore(std::size_t most) {
    while (most > 0 && version_ > first_version + 1) {
      --version_;
      --most;
    }
    std::erase_if(log_, [&](const Event& event) { return event.version > version_; });
    pods_.clear();
    for (const Event& event : log_) {
      if (event.type == "DELETED") pods_.erase(event.uid);
      if (event.type != "DELETED") pods_[event.uid] = event.version;
    }
  }

  [[nodiscard]] const Pods& pods() const { return pods_; }
  [[nodiscard]] std::uint64_t version() const { return version_; }
  [[nodiscard]] const std::vector<Event>& log() const { return log_; }

  static constexpr std::uint64_t first_version = 100;

 private:
  Pods pods_;
  std::uint64_t version_ = first_version;
  std::vector<Event> log_;
};

/// A store that follows a server through a machine.
class World {
 public:
  World(std::uint64_t seed, bool restores) : restores_(restores), random_(seed), machine_(consumer(), seed) {
    store_->put(support::node("n1"));
    for (std::size_t i = 0; i < below(6); ++i) create();
  }

  void step() {
    disturb();
    if (restores_ && one_in(60)) restore();
    talk();
  }

  /// Without faults it learns everything soon. True if it has.
  bool settle() {
    quiet_ = true;
    late_.clear();
    for (int i = 0; i < 40; ++i) talk();
    return machine_.synced() && known() == uids_of(server_.pods());
  }

  [[nodiscard]] int streams() const { return streams_; }
  [[nodiscard]] std::size_t cuts() const { return cuts_; }
  [[nodiscard]] std::size_t ends() const { return ends_; }
  [[nodiscard]] std::size_t restores() const { return went_back_; }

 private:
  static std::vector<std::string> uids_of(const Pods& pods) {
    std::vector<std::string> uids;
    for (const auto& [uid, version] : pods) uids.push_back(uid);
    return uids;
  }

  [[nodiscard]] std::vector<std::string> known() const {
    std::vector<std::string> uids;
    for (const auto& node : store_->view(agent).snapshot.nodes) {
      for (const auto* pod : node.pods) uids.emplace_back(pod->uid);
    }
    std::ranges::sort(uids);
    return uids;
  }

  protocol::WatchConsumer consumer() {
    store_ = std::make_unique<Store>();
    store_->put(daemon_set());
    Feed<objects::DaemonPod> feed;
    feed.put = [this](objects::DaemonPod&& pod, bool) { store_->put(std::move(pod)); };
    feed.remove = [this](const objects::ObjectMeta& gone) { store_->remove_pod(gone.uid); };
    feed.unreadable = [](const objects::ObjectMeta&, std::string_view problem) { FAIL() << problem; };
    feed.replaced = [this] { ++ends_; };
    feed.changed = [] { return true; };
    feed.went_back = [this] {
      ++went_back_;
      store_->forget_all();
      store_->put(support::node("n1"));
      store_->put(daemon_set());
    };
    auto made = consumer_of(*store_, Store::Kind::pod, std::move(feed));
    made.streams = true;
    return made;
  }

  void create() { server_.write("p" + std::to_string(++pods_)); }

  /// A change by somebody, or a write of ours whose answer comes at once or late.
  void disturb() {
    if (quiet_) return;
    if (one_in(3)) create();
    if (one_in(4)) server_.pass();
    const Pods& pods = server_.pods();
    if (!pods.empty() && one_in(3)) server_.write(some());
    if (!pods.empty() && one_in(4)) server_.remove(some());
    if (one_in(3)) {
      const std::string uid = pods.empty() || one_in(2) ? "p" + std::to_string(++pods_) : some();
      late_.emplace_back(uid, server_.write(uid));
    }
    if (!late_.empty() && one_in(2)) answer();
  }

  std::string some() {
    return std::next(server_.pods().begin(), static_cast<std::ptrdiff_t>(below(server_.pods().size())))->first;
  }

  void answer() {
    const auto [uid, version] = late_.front();
    late_.erase(late_.begin());
    store_->put(owned_by(pod(uid, version), "ds-1"), Store::Source::write);
  }

  static objects::DaemonPod pod(const std::string& uid, std::uint64_t version) {
    objects::DaemonPod made = pod_at(std::to_string(version), "n1", uid);
    made.uid = uid;
    return made;
  }

  void restore() {
    late_.clear();
    server_.restore(1 + below(8));
    restored_ = true;
    down_ = true;
    restored_list_ = true;
  }

  // --- the conversation ---

  void talk() {
    const WatchMachine::Question question = machine_.next(now_);
    if (const auto* wait = std::get_if<WatchMachine::Wait>(&question)) {
      now_ += wait->duration;
      return;
    }
    if (std::exchange(down_, false)) return answer_nothing(question);
    if (std::holds_alternative<WatchMachine::Stream>(question)) stream();
    if (const auto* list = std::get_if<WatchMachine::List>(&question)) page(list->continue_);
    if (const auto* verify = std::get_if<WatchMachine::Verify>(&question)) this->verify(verify->witness);
    if (const auto* watch = std::get_if<WatchMachine::Watch>(&question)) follow(std::stoull(watch->resource_version));
  }

  /// Who restores etcd stops the API servers for it.
  void answer_nothing(const WatchMachine::Question& question) {
    const auto nothing = std::unexpected(kube::NoReply{.why = "down"});
    if (std::holds_alternative<WatchMachine::List>(question)) {
      machine_.on_page(nothing);
    } else if (std::holds_alternative<WatchMachine::Verify>(question)) {
      machine_.on_verified(nothing);
    } else {
      machine_.on_end(nothing, now_);
    }
  }

  /// Passes a line on. What the server has and the store knew stays known, unless the state went back.
  bool pass_on(const std::string& line) {
    const std::vector<std::string> before = known();
    const std::size_t went_back = went_back_;
    const bool goes_on = machine_.on_line(line);
    if (went_back_ != went_back || restored_) return goes_on;
    const std::vector<std::string> after = known();
    for (const std::string& uid : before) {
      EXPECT_TRUE(!server_.pods().contains(uid) || std::ranges::binary_search(after, uid)) << uid << " after " << line;
    }
    return goes_on;
  }

  void stream() {
    ++streams_;
    restored_ = false;
    if (!quiet_ && one_in(12)) return refuse();
    const Pods snapshot = server_.pods();
    std::uint64_t told = server_.version();
    for (const auto& [uid, version] : snapshot) {
      disturb();
      if (cut()) return;
      if (!pass_on(Server::Event{.type = "ADDED", .uid = uid, .version = version}.line())) return end();
    }
    for (std::size_t more = quiet_ ? 0 : below(3); more > 0; --more) {
      disturb();
      if (!tell(told)) return;
    }
    if (cut()) return;
    const bool goes_on = pass_on(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":")" +
                                 std::to_string(told) + R"(","annotations":{"k8s.io/initial-events-end":"true"}}}})");
    if (!goes_on) return end();
    expect_whole(told);
    follow(told);
  }

  /// What was told whole is what the server had, but for writes of ours that are newer.
  void expect_whole(std::uint64_t version) {
    Pods had;
    for (const Server::Event& event : server_.log()) {
      if (event.version > version) break;
      if (event.type == "DELETED") had.erase(event.uid);
      if (event.type != "DELETED") had[event.uid] = event.version;
    }
    const std::vector<std::string> now = known();
    for (const auto& [uid, at] : had) EXPECT_TRUE(std::ranges::binary_search(now, uid)) << uid << " is missing";
    for (const std::string& uid : now) {
      const auto newer = [&](const Server::Event& event) { return event.version > version && event.uid == uid; };
      EXPECT_TRUE(had.contains(uid) || std::ranges::any_of(server_.log(), newer)) << uid << " had gone";
    }
  }

  void refuse() {
    const unsigned status = std::array{422U, 403U, 429U, 503U, 410U}.at(below(5));
    machine_.on_end(kube::Reply{.status = status, .body = "", .retry_after = {}}, now_);
  }

  /// Breaks the watch off, in one of the ways in which it may.
  bool cut() {
    if (quiet_ || !one_in(8)) return false;
    ++cuts_;
    const auto no_reply = [&](bool silent) { return std::unexpected(kube::NoReply{.why = "cut", .silent = silent}); };
    switch (below(5)) {
      case 0:
        machine_.on_end(no_reply(one_in(3)), now_);
        break;
      case 1:
        end();
        break;
      case 2:
        static_cast<void>(machine_.on_line(R"({"type":"ERROR","object":{"code":500,"message":"why"}})"));
        end();
        break;
      case 3:
        static_cast<void>(machine_.on_line(R"({"type":"ADDED","object":)"));
        end();
        break;
      default:
        machine_.on_end(no_reply(false), now_);
    }
    return true;
  }

  void end() { machine_.on_end(kube::Reply{.status = 200, .body = "", .retry_after = {}}, now_); }

  /// Tells what happened since; false: the watch is over.
  bool tell(std::uint64_t& told) {
    for (std::size_t i = 0; i < server_.log().size(); ++i) {
      const Server::Event event = server_.log()[i];
      if (event.version <= told) continue;
      if (cut()) return false;
      told = event.version;
      if (pass_on(event.line())) continue;
      end();
      return false;
    }
    return true;
  }

  void follow(std::uint64_t told) {
    if (told > server_.version()) return machine_end(std::unexpected(kube::NoReply{.why = "of the future"}));
    if (!quiet_ && one_in(4)) return machine_end(kube::Reply{.status = 410, .body = "", .retry_after = {}});
    for (std::size_t more = quiet_ ? 1 : below(3); more > 0; --more) {
      disturb();
      if (!tell(told)) return;
    }
    const bool breaks = quiet_ || one_in(2);
    now_ += std::chrono::seconds(10);
    breaks ? machine_end(std::unexpected(kube::NoReply{.why = "broken", .sent = true})) : end();
  }

  void machine_end(const kube::Outcome& outcome) { machine_.on_end(outcome, now_); }

  void page(const std::string& from) {
    if (from.empty()) {
      restored_ = false;
      listed_ = server_.pods();
      restored_list_ = false;
      list_version_ = server_.version();
    }
    if (restored_list_ || (!quiet_ && one_in(10))) {
      machine_.on_page(kube::Reply{.status = from.empty() ? 503U : 410U, .body = "", .retry_after = {}});
      return;
    }
    std::string items;
    std::string continue_;
    std::size_t most = 1 + below(3);
    for (auto next = listed_.upper_bound(from); next != listed_.end() && most > 0; ++next, --most) {
      items += (items.empty() ? "" : ",") + json_of(next->first, next->second);
      continue_ = next->first;
    }
    if (listed_.upper_bound(continue_) == listed_.end()) continue_.clear();
    disturb();
    machine_.on_page(list_of(list_version_, continue_, items));
  }

  static kube::Reply list_of(std::uint64_t version, const std::string& continue_, const std::string& items) {
    return {.status = 200,
            .body = R"({"metadata":{"resourceVersion":")" + std::to_string(version) + R"(","continue":")" + continue_ +
                    R"("},"items":[)" + items + "]}",
            .retry_after = {}};
  }

  void verify(const kube::ObjectKey& witness) {
    const auto found = server_.pods().find(witness.name);
    const bool any = witness.name.empty() && !server_.pods().empty();
    const std::string item = found != server_.pods().end() ? json_of(found->first, found->second)
                             : any ? json_of(server_.pods().begin()->first, server_.pods().begin()->second)
                                   : "";
    machine_.on_verified(list_of(server_.version(), "", item));
  }

  std::size_t below(std::size_t n) { return random_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }

  bool restores_;
  std::mt19937_64 random_;
  Server server_;
  std::size_t pods_ = 0;
  bool quiet_ = false;
  bool down_ = false;
  bool restored_list_ = false;                               ///< since its first page
  bool restored_ = false;                                    ///< since the last answer began
  std::vector<std::pair<std::string, std::uint64_t>> late_;  ///< writes whose answers are on their way
  Pods listed_;
  std::uint64_t list_version_ = 0;
  int streams_ = 0;
  std::size_t cuts_ = 0;
  std::size_t ends_ = 0;
  std::size_t went_back_ = 0;
  std::unique_ptr<Store> store_;
  WatchMachine::Instant now_{std::chrono::seconds(1000)};
  WatchMachine machine_;
};

constexpr std::size_t seeds = support::cases(500);

TEST(StreamProperty, WhatIsToldWholeIsWhatTheServerHas) {
  std::size_t cuts = 0;
  std::size_t ends = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    World world(seed, false);
    for (int i = 0; i < 40; ++i) world.step();
    EXPECT_TRUE(world.settle()) << "seed " << seed;
    EXPECT_EQ(world.restores(), 0) << "nothing went back; seed " << seed;
    ASSERT_FALSE(::testing::Test::HasFailure()) << "seed " << seed;
    cuts += world.cuts();
    ends += world.ends();
  }
  EXPECT_GT(cuts, seeds);
  EXPECT_GT(ends, seeds);
}

TEST(StreamProperty, AStateThatWasPutBackIsNoticed) {
  std::size_t restores = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    World world(seed, true);
    for (int i = 0; i < 40; ++i) world.step();
    EXPECT_TRUE(world.settle()) << "seed " << seed;
    ASSERT_FALSE(::testing::Test::HasFailure()) << "seed " << seed;
    restores += world.restores();
  }
  EXPECT_GT(restores, seeds / 20);
}

}  // namespace
}  // namespace everynode::cache
