/// Replicas that share the shards of a cluster out among themselves, as a machine without I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/kube/shard.hpp"
#include "everynode/protocol/lease_machine.hpp"
#include "everynode/protocol/shard_shares.hpp"

namespace everynode::protocol {

struct ShardsSettings {
  kube::ObjectKey lease;  ///< of the group; those of the shards are called `<name>-shard-<index>`
  std::uint32_t count = 2;
  std::string identity;  ///< different for each process, also for the next one on this host
  std::chrono::seconds lease_duration{15};
  std::chrono::milliseconds renew_deadline{10'000};
  std::chrono::milliseconds retry_period{2'000};
};

/// "everynode-reconciler-shard-0", for the name of a group's lease.
[[nodiscard]] std::string shard_lease_name(std::string_view group, std::uint32_t index);

/// Who has written himself into the group's lease, and is alive: his text changes.
class GroupMembers {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  void saw(const std::map<std::string, std::string>& texts, Instant now);
  /// Those whose text has changed within `age`, or was first seen.
  [[nodiscard]] std::set<std::string> alive(Instant now, Instant::duration age) const;
  /// The keys of those whose text has not changed for `age`.
  [[nodiscard]] std::vector<std::string> silent(Instant now, Instant::duration age) const;

 private:
  struct Seen {
    std::string text;
    Instant changed_at;
  };
  std::map<std::string, Seen> seen_;
};

/// All replicas with the same number of shards hold the group's Lease together; it keeps replicas with another number
/// out, also those without shards. Each shard has a Lease besides, which one replica holds. A replica acts for a shard
/// while its own renewals of both are in time, so there are never two. It takes what is vacant up to its share, and
/// gives up what is more: then it begins nothing more, waits for what is under way, and releases the shard's lease.
///
/// The machine has a lane for each Lease, 0 for the group's and 1 + i for that of shard i. Each lane has one request
/// under way at a time. Not thread-safe.
class ShardsMachine {
 public:
  using Instant = LeaseMachine::Instant;
  using Question = LeaseMachine::Question;

  /// Throws std::invalid_argument as `LeaseMachine` does, and for a number of shards that is out of range.
  ShardsMachine(ShardsSettings settings, std::uint64_t seed);

  [[nodiscard]] std::size_t lanes() const { return shards_.size() + 1; }
  /// What to do next in a lane; `Finished`: nothing any more, after `leave`.
  [[nodiscard]] Question next(std::size_t lane, Moment now);
  /// True: ask all lanes that wait again, and all shards for their duties.
  [[nodiscard]] bool on_answer(std::size_t lane, const kube::Outcome& outcome, Moment now);

  enum class Duty : std::uint8_t {
    none,    ///< nothing of the shard may be known from now on
    act,     ///< list all of the shard that was not listed since this duty came, then act while `may_act`
    settle,  ///< begin nothing more; call `settled` once nothing is under way
  };
  [[nodiscard]] Duty duty(std::uint32_t shard) const;
  void settled(std::uint32_t shard);

  /// Ask before each action, with the current time.
  [[nodiscard]] bool may_act(std::uint32_t shard, Instant now) const;
  /// Whether a lease was lost while this replica had a shard: the process must end.
  [[nodiscard]] bool lost(Instant now) const;
  /// Until then `lost` stays false; the end of time without a shard.
  [[nodiscard]] Instant safe_until() const;

  /// Gives everything up, in order. The group stays in force for the others, and ends with its last member.
  void leave();
  /// Whether all lanes have nothing to do any more.
  [[nodiscard]] bool finished() const { return left_; }

  [[nodiscard]] std::size_t owned() const;
  /// Who is in the group, as far as we have seen; this process too.
  [[nodiscard]] std::set<std::string> members(Instant now) const;
  /// Who holds the lease of a lane; empty: nobody.
  [[nodiscard]] const std::string& holder(std::size_t lane) const { return machine(lane).holder(); }
  /// Who holds the group's lease, if it is not this group: replicas with another number of shards, called "3-shards",
  /// or one without shards by its own name. This replica waits for them. Empty: nobody.
  [[nodiscard]] std::string kept_out_by() const;
  [[nodiscard]] const std::string& problem(std::size_t lane) const { return machine(lane).problem(); }
  [[nodiscard]] bool went_back(std::size_t lane) const { return machine(lane).went_back(); }

 private:
  enum class State : std::uint8_t { looking, owning, settling, releasing, left };
  struct One {
    LeaseMachine lease;
    State state = State::looking;
    std::optional<Instant> vacant_since = {};
  };

  [[nodiscard]] const LeaseMachine& machine(std::size_t lane) const {
    return lane == 0 ? group_ : shards_[lane - 1].lease;
  }
  [[nodiscard]] LeaseMachine onlooker(std::uint32_t shard);
  [[nodiscard]] Question next_of_group(Moment now);
  [[nodiscard]] Question next_of(std::uint32_t shard, Moment now);
  void take_over(One& shard, Instant now);
  [[nodiscard]] bool obey_shares(Instant now);
  [[nodiscard]] std::vector<ShardOrder> orders(Instant now) const;
  void rescue(std::vector<ShardOrder>& wanted, Instant now);

  ShardsSettings settings_;
  std::uint64_t seed_;
  LeaseMachine group_;
  GroupMembers members_;
  std::vector<One> shards_;
  std::optional<Instant> joined_;         ///< when this process first held the group's lease
  std::set<std::string> steady_members_;  ///< those of the group while this process holds its lease
  Instant steady_since_;                  ///< for how long they have been the same
  std::set<std::string> rescued_from_;    ///< the members that left a shard to itself until this process took it
  bool leaving_ = false;
  bool left_ = false;
};

}  // namespace everynode::protocol
