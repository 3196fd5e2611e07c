// Never two replicas for a shard: machines against a simulated API server that delays and loses messages, with wrong
// clocks, crashes, pauses, joins, leaves, and replicas that were told another number of shards.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <random>

#include "everynode/protocol/shards_machine.hpp"
#include "lease_server.hpp"
#include "seeds.hpp"

namespace everynode::simulation {
namespace {

using namespace std::chrono_literals;
using protocol::LeaseMachine;
using protocol::ShardsMachine;
using support::LeaseServer;
using TrueTime = std::chrono::nanoseconds;  ///< which no machine knows

constexpr TrueTime restless = 240s;            ///< until then anything may go wrong
constexpr TrueTime balanced = restless + 90s;  ///< from then on nothing may move
constexpr TrueTime crash_at = restless + 120s;
constexpr TrueTime owned_again = crash_at + 75s;
constexpr TrueTime balanced_again = crash_at + 120s;
constexpr TrueTime end = balanced_again + 60s;

struct Replica {
  std::string name;
  std::uint32_t count = 0;
  std::unique_ptr<ShardsMachine> machine;
  double rate = 1;
  TrueTime offset{0};
  bool alive = true;
  bool leaving = false;
  TrueTime paused_until{0};
  TrueTime cut_off_until{0};
  std::size_t broken_lane = 0;
  TrueTime lane_broken_until{0};     ///< that lane alone is cut off
  std::vector<unsigned> asked;       ///< requests so far, by lane; answers to older ones are ignored
  std::vector<std::size_t> writing;  ///< writes under way, by shard
  std::vector<bool> listed;          ///< since the duty came, by shard
};

class Shards {
 public:
  explicit Shards(unsigned seed) : random_(seed), count_(2 + seed % 4), changes_count_(seed % 3 == 0) {
    const unsigned replicas = 1 + seed / 4 % 4;
    for (unsigned i = 0; i < replicas; ++i) after(up_to(seed % 5 == 0 ? 1s : 60s), [this] { join(first_count()); });
    for (TrueTime at{0}; at < restless; at += 10s) after(at + up_to(10s), [this] { upset(); });
    after(restless, [this] { calm_down(); });
    after(balanced, [this] { note_owners(); });
    after(crash_at, [this] { crash_in_peace(); });
    after(balanced_again, [this] { note_owners(); });
  }

  /// Empty: all laws held.
  std::string run() {
    while (!events_.empty() && events_.begin()->first <= end && problem_.empty()) {
      now_ = events_.begin()->first;
      const auto event = std::move(events_.begin()->second);
      events_.erase(events_.begin());
      event();
      if (problem_.empty()) problem_ = broken_law();
    }
    return problem_.empty() ? problem_ : problem_ + " at " + std::to_string(now_ / 1ms) + " ms";
  }

  [[nodiscard]] int moves() const { return moves_; }
  [[nodiscard]] std::size_t writes() const { return writes_; }

 private:
  using Owners = std::vector<const Replica*>;

  // --- laws ---

  std::string broken_law() {
    std::set<std::uint32_t> groups;
    std::map<std::pair<std::uint32_t, std::uint32_t>, int> acting;
    for (const auto& one : replicas_) {
      for (std::uint32_t i = 0; i < one->count; ++i) {
        if (!may_act(*one, i)) continue;
        groups.insert(one->count);
        if (++acting[{one->count, i}] > 1) return "two act for shard " + std::to_string(i);
      }
    }
    if (groups.size() > 1) return "replicas with different numbers of shards act";
    if (now_ < balanced) return {};
    const Owners owners = owners_now();
    const bool may_be_without = now_ >= crash_at && now_ < owned_again;
    const bool may_move = now_ >= crash_at && now_ < balanced_again;
    if (!may_be_without && std::ranges::count(owners, nullptr) > 0) return "a shard has no owner";
    if (!may_move && !noted_.empty() && owners != noted_) return "a shard moved without need";
    return may_move ? std::string() : uneven(owners);
  }

  std::string uneven(const Owners& owners) {
    std::ptrdiff_t most = 0;
    std::ptrdiff_t fewest = count_;
    for (const auto& one : replicas_) {
      if (!one->alive) continue;
      const auto has = std::ranges::count(owners, one.get());
      most = std::max(most, has);
      fewest = std::min(fewest, has);
    }
    return most - fewest > 1 ? "the shares are uneven" : "";
  }

  [[nodiscard]] bool may_act(const Replica& one, std::uint32_t shard) const {
    return one.alive && one.machine->may_act(shard, moment(one).steady);
  }

  [[nodiscard]] Owners owners_now() const {
    Owners owners(count_, nullptr);
    for (const auto& one : replicas_) {
      for (std::uint32_t i = 0; i < one->count && one->count == count_; ++i) {
        if (may_act(*one, i)) owners[i] = one.get();
      }
    }
    return owners;
  }

  void note_owners() { noted_ = owners_now(); }

  // --- what happens ---

  std::uint32_t first_count() { return changes_count_ && one_in(2) ? 2 + (count_ - 1) % 4 : count_; }

  Replica& join(std::uint32_t count) {
    auto made = std::make_unique<Replica>();
    made->name = "host_" + std::to_string(replicas_.size());
    made->count = count;
    protocol::ShardsSettings settings{
        .lease = {.namespace_ = "n", .name = "l"}, .count = count, .identity = made->name};
    made->machine = std::make_unique<ShardsMachine>(settings, random_());
    made->rate = 0.9 + 0.2 * fraction();
    made->offset = up_to(1000h);
    made->asked.resize(made->machine->lanes());
    made->writing.resize(count);
    made->listed.resize(count);
    Replica& one = *replicas_.emplace_back(std::move(made));
    for (std::size_t lane = 0; lane < one.machine->lanes(); ++lane) after(0s, [this, &one, lane] { turn(one, lane); });
    after(0s, [this, &one] { work(one); });
    return one;
  }

  Replica* any_alive() {
    std::vector<Replica*> alive;
    for (const auto& one : replicas_) {
      if (one->alive) alive.push_back(one.get());
    }
    return alive.empty() ? nullptr : alive[random_() % alive.size()];
  }

  void upset() {
    if (now_ >= restless) return;
    Replica* const one = any_alive();
    const auto alive = std::ranges::count_if(replicas_, [](const auto& each) { return each->alive; });
    switch (random_() % 6) {
      case 0:
        if (alive < 6) join(first_count());
        break;
      case 1:
        if (one != nullptr) one->alive = false;  // its writes arrive all the same
        break;
      case 2:
        if (one != nullptr) leave(*one);
        break;
      case 3:
        if (one != nullptr) one->paused_until = now_ + up_to(40s);
        break;
      case 4:
        if (one != nullptr) one->cut_off_until = now_ + up_to(40s);
        break;
      default:
        if (one == nullptr) break;
        break_lane(one->count, one_in(2) ? 0 : random_() % one->machine->lanes());
        break;
    }
  }

  /// Of all replicas with this number of shards: if it is the group's, others get its lease.
  void break_lane(std::uint32_t count, std::size_t lane) {
    const TrueTime until = now_ + 30s + up_to(90s);
    for (const auto& one : replicas_) {
      if (one->count != count) continue;
      one->broken_lane = lane;
      one->lane_broken_until = until;
    }
  }

  void leave(Replica& one) {
    one.leaving = true;
    one.machine->leave();
    wake(one);
  }

  /// Only replicas with the right number of shards stay, and there are two at least.
  void calm_down() {
    for (const auto& one : replicas_) {
      if (one->count != count_) one->alive = false;
      one->paused_until = one->cut_off_until = one->lane_broken_until = now_;
    }
    while (std::ranges::count_if(replicas_, [](const auto& one) { return one->alive && !one->leaving; }) < 2)
      join(count_);
  }

  void crash_in_peace() {
    Replica* const one = any_alive();
    one->alive = false;
    join(count_);
  }

  // --- a replica ---

  void turn(Replica& one, std::size_t lane) {
    if (!one.alive) return;
    if (now_ < one.paused_until) return after(one.paused_until - now_, [this, &one, lane] { turn(one, lane); });
    check_lost(one);
    if (!one.alive) return;
    const unsigned number = ++one.asked[lane];
    LeaseMachine::Question question = one.machine->next(lane, moment(one));
    if (const auto* wait = std::get_if<LeaseMachine::Wait>(&question)) {
      const auto left = std::chrono::duration_cast<TrueTime>((wait->until - moment(one).steady) / one.rate);
      return after(std::max<TrueTime>(left, 1ms), [this, &one, lane, number] {
        if (one.asked[lane] == number) turn(one, lane);
      });
    }
    if (auto* request = std::get_if<kube::Request>(&question)) return send(one, lane, number, std::move(*request));
    if (one.machine->finished()) one.alive = false;
  }

  void send(Replica& one, std::size_t lane, unsigned number, kube::Request request) {
    busy_.insert({&one, lane});
    const bool calm = now_ >= restless;
    const auto delay = [&] { return up_to(calm || !one_in(15) ? 200ms : 30s); };
    const TrueTime there = delay();
    const TrueTime back = delay();
    const bool broken = lane == one.broken_lane && now_ < one.lane_broken_until;
    const bool connected = now_ >= one.cut_off_until && !broken;
    const bool arrives = connected && (calm || !one_in(30));
    const bool returns = connected && (calm || !one_in(30));
    if (arrives) {
      after(there, [this, &one, lane, number, back, returns, sent = std::move(request)] {
        const kube::Reply reply = server_.handle(sent);
        if (returns) after(back, [this, &one, lane, number, reply] { answer(one, lane, number, reply); });
      });
    }
    const kube::Outcome nothing = std::unexpected(kube::NoReply{.why = "lost", .sent = true});
    after(5s, [this, &one, lane, number, nothing] { answer(one, lane, number, nothing); });
  }

  void answer(Replica& one, std::size_t lane, unsigned number, const kube::Outcome& outcome) {
    if (!one.alive || one.asked[lane] != number) return;
    if (now_ < one.paused_until) {
      return after(one.paused_until - now_,
                   [this, &one, lane, number, outcome] { answer(one, lane, number, outcome); });
    }
    check_lost(one);
    if (!one.alive) return;
    ++one.asked[lane];
    busy_.erase({&one, lane});
    if (one.machine->on_answer(lane, outcome, moment(one))) wake(one);
    turn(one, lane);
  }

  /// Lanes that wait, not those with a request under way: these have a number of their own in `answer`.
  void wake(Replica& one) {
    for (std::size_t lane = 0; lane < one.machine->lanes(); ++lane) {
      const unsigned number = one.asked[lane];
      after(0s, [this, &one, lane, number] {
        if (one.asked[lane] != number || !waits(one, lane)) return;
        turn(one, lane);
      });
    }
  }

  [[nodiscard]] bool waits(Replica& one, std::size_t lane) const { return !busy_.contains({&one, lane}); }

  /// As the process does: it ends when a lease is lost. The kubelet starts it again.
  void check_lost(Replica& one) {
    if (!one.alive || !one.machine->lost(moment(one).steady)) return;
    one.alive = false;
    if (now_ >= restless) join(count_);
  }

  /// Lists what is new, writes what it may, and settles what it should.
  void work(Replica& one) {
    if (!one.alive) return;
    if (now_ < one.paused_until) return after(one.paused_until - now_, [this, &one] { work(one); });
    check_lost(one);
    if (!one.alive) return;
    for (std::uint32_t i = 0; i < one.count; ++i) {
      switch (one.machine->duty(i)) {
        case ShardsMachine::Duty::none:
          one.listed[i] = false;
          break;
        case ShardsMachine::Duty::settle:
          if (one.writing[i] > 0) break;
          one.machine->settled(i);
          ++moves_;
          wake(one);
          break;
        case ShardsMachine::Duty::act:
          if (one.listed[i] && one.machine->may_act(i, moment(one).steady)) write(one, i);
          if (!one.listed[i]) list(one, i);
          break;
      }
    }
    after(up_to(1s), [this, &one] { work(one); });
  }

  /// A list that comes while another replica's writes are under way would miss them, unless that one has lost its
  /// lease.
  void list(Replica& one, std::uint32_t shard) {
    one.listed[shard] = true;
    for (const auto& other : replicas_) {
      if (other.get() == &one || !other->alive || other->count != one.count || other->writing[shard] == 0) continue;
      if (other->machine->lost(moment(*other).steady)) continue;
      problem_ = "a shard is listed while its last owner still writes";
    }
  }

  void write(Replica& one, std::uint32_t shard) {
    ++one.writing[shard];
    ++writes_;
    after(up_to(3s), [&one, shard] { --one.writing[shard]; });
  }

  // --- time and chance ---

  double fraction() { return std::uniform_real_distribution<double>(0, 1)(random_); }
  TrueTime up_to(TrueTime most) { return std::chrono::duration_cast<TrueTime>(most * fraction()); }
  bool one_in(int n) { return std::uniform_int_distribution<int>(1, n)(random_) == 1; }
  void after(TrueTime time, std::function<void()> event) { events_.emplace(now_ + time, std::move(event)); }

  [[nodiscard]] protocol::Moment moment(const Replica& one) const {
    const TrueTime own = one.offset + std::chrono::duration_cast<TrueTime>(now_ * one.rate);
    return {.steady = LeaseMachine::Instant(own),
            .wall = protocol::LeaseTime(std::chrono::floor<std::chrono::microseconds>(own))};
  }

  std::mt19937 random_;
  std::uint32_t count_;
  bool changes_count_;
  TrueTime now_{0};
  std::multimap<TrueTime, std::function<void()>> events_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::set<std::pair<const Replica*, std::size_t>> busy_;
  LeaseServer server_;
  Owners noted_;
  int moves_ = 0;
  std::size_t writes_ = 0;
  std::string problem_;
};

TEST(ShardsSimulation, NeverTwoForAShardAndInTheEndEvenShares) {
  int moves = 0;
  std::size_t writes = 0;
  const auto one = static_cast<unsigned>(number_from("EVERYNODE_SIMULATION_SEED", 0));
  const auto first = one != 0 ? one : static_cast<unsigned>(number_from("EVERYNODE_SIMULATION_FIRST", 1));
  const auto seeds = one != 0 ? 1 : number_from("EVERYNODE_SIMULATION_SEEDS", support::cases(200));
  for (unsigned seed = first; seed < first + seeds; ++seed) {
    Shards simulation(seed);
    EXPECT_EQ(simulation.run(), "") << "EVERYNODE_SIMULATION_SEED=" << seed;
    moves += simulation.moves();
    writes += simulation.writes();
  }
  if (seeds < 100) return;  // as few as the sanitizers try may all be quiet
  EXPECT_GT(moves, static_cast<int>(seeds)) << "the simulation is too quiet to find anything";
  EXPECT_GT(writes, seeds * 1000);
}

}  // namespace
}  // namespace everynode::simulation
