/// Leader election with a Lease as a machine without I/O: at most one process leads at any time.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "everynode/codec/document.hpp"
#include "everynode/kube/reply.hpp"
#include "everynode/protocol/lease.hpp"

namespace everynode::protocol {

struct LeaseSettings {
  kube::ObjectKey lease;
  std::string identity;  ///< different for each process, also for the next one on this host
  /// Where `identity` is that of a group of processes, the one of this process. All members hold the Lease: each leads
  /// while its own renewals are in time, and another group gets it when no member has renewed it for its duration.
  std::string member = {};
  std::chrono::seconds lease_duration{15};
  std::chrono::milliseconds renew_deadline{10'000};  ///< the lease duration minus this is the margin for slow clocks
  std::chrono::milliseconds retry_period{2'000};
};

/// The same instant on both clocks: the machine decides by the steady one, and writes the other one for people.
struct Moment {
  std::chrono::steady_clock::time_point steady;
  LeaseTime wall;
};

/// Works as client-go's leaderelection, and is compatible with it. By our own clock, another process's lease expires
/// when we have seen no change for the duration that the lease names; our own leadership ends `renew_deadline` after
/// the last successful renewal was SENT. So a process takes a lease only after the last holder knew that it had lost
/// it. Not thread-safe.
class LeaseMachine {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  struct Wait {
    Instant until;
  };
  struct Finished {};  ///< after `release`
  using Question = std::variant<kube::Request, Wait, Finished>;

  /// Throws std::invalid_argument unless lease duration > renew deadline > 1.2 * retry period, as client-go requires.
  LeaseMachine(LeaseSettings settings, std::uint64_t seed);

  /// What to do next. Send a request at once; pass its outcome to `on_answer` before the next call.
  [[nodiscard]] Question next(Moment now);
  void on_answer(const kube::Outcome& outcome, Moment now);

  /// Whether this process may act. Ask before each action, with the current time.
  [[nodiscard]] bool leads(Instant now) const { return now < leads_until_; }
  [[nodiscard]] Instant leads_until() const { return leads_until_; }

  /// Stops leading, and gives the lease up so that no process has to wait for it. End all work of the leader first. A
  /// member leaves its group, which goes on holding the lease if it has others.
  void release();

  /// Whether it takes the lease when it can (as it does at first), or only looks who holds it. What it holds it keeps.
  void stand(bool candidate);
  /// Members with these keys are taken out with the next renewal, and keep nobody from releasing the lease.
  void take_out(std::vector<std::string> members) { gone_ = std::move(members); }

  /// Who held the lease when we last saw it; empty if nobody did.
  [[nodiscard]] const std::string& holder() const { return seen_.holder; }
  /// Whether we have seen that this process or another one could take the lease.
  [[nodiscard]] bool vacant(Instant now) const { return certain_ && !is_ours() && may_take(now); }
  /// Those that have written themselves into a group's lease, by key.
  [[nodiscard]] const std::map<std::string, std::string>& members() const { return seen_.members; }
  /// Whether the last answer was older than one before it: the cluster's state was put back.
  [[nodiscard]] bool went_back() const { return went_back_; }
  /// Why the last request failed, for people; empty if it succeeded.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  enum class Step : std::uint8_t { read, create, take, renew, release, leave };

  [[nodiscard]] Question ask(Step step, Moment now);
  [[nodiscard]] Question ask_release(Moment now);
  /// Whether other members of the group than this process may lead.
  [[nodiscard]] bool may_have_others(Instant now) const;
  [[nodiscard]] bool is_ours() const { return seen_.holder == claim_.identity; }
  [[nodiscard]] bool may_take(Instant now) const;
  /// Whether it writes the lease in its next turn.
  [[nodiscard]] bool wants(Instant now) const { return may_take(now) && (candidate_ || leads(now)); }

  void take_answer(const kube::Reply& reply, Moment now);
  void observe(Lease lease, Instant now);
  void refused(const kube::Reply& reply, Instant now);
  void failed(std::string problem, Instant now);
  void wait_for_turn(Instant now);
  [[nodiscard]] Instant::duration extra_wait();

  LeaseSettings settings_;
  LeaseClaim claim_;
  std::string own_key_;  ///< among the members
  codec::Document document_;
  std::minstd_rand random_;

  Lease seen_;
  Instant changed_at_ = Instant::min();  ///< when we first saw `seen_` in this version
  std::optional<Instant> whole_since_;   ///< from then on the Lease was there, and lost none of its members
  bool certain_ = false;                 ///< `seen_` is the last answer, and no write of ours is under way
  bool absent_ = false;                  ///< there is no Lease
  bool conflicted_ = false;              ///< a write of ours met a newer Lease, and no write has succeeded since

  Step step_ = Step::read;
  Instant sent_at_;
  Instant wait_until_ = Instant::min();
  Instant leads_until_ = Instant::min();
  bool candidate_ = true;
  std::vector<std::string> gone_;
  bool releasing_ = false;
  bool left_ = false;  ///< its group, which has other members
  bool went_back_ = false;
  unsigned release_steps_ = 0;
  unsigned release_conflicts_ = 0;
  std::string problem_;
};

}  // namespace everynode::protocol
