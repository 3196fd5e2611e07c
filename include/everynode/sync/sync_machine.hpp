/// The work on one DaemonSet, from plan to plan, as a machine without I/O: when to plan, which actions begin and how
/// many at a time, when to write the status, when to rest and when to end.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

#include "everynode/daemonset/plan.hpp"
#include "everynode/sync/caution.hpp"
#include "everynode/sync/plan_pace.hpp"
#include "everynode/sync/window.hpp"
#include "everynode/sync/write_machine.hpp"

namespace everynode::sync {

/// What one sync of a DaemonSet leaves for the next.
struct SyncPace {
  using Instant = std::chrono::steady_clock::time_point;

  Window window;
  Caution caution;
  PlanPace plans;
  Instant status_written = Instant::min();
  /// When a plan first had a status that is not written yet, or actions that will make one.
  std::optional<Instant> status_waits_since;
  bool status_on_its_way = false;         ///< a write beside the actions is under way
  unsigned failures = 0;                  ///< failed actions in a row
  Instant paused_until = Instant::min();  ///< because of them
};

/// Not thread-safe.
class SyncMachine {
 public:
  using Instant = SyncPace::Instant;

  /// The status is written at most this often: at once after a pause, otherwise together with all changes since. A
  /// write for each pod that becomes ready would cost the API server more than the pods.
  static constexpr std::chrono::milliseconds status_interval{300};
  /// The interval while actions are under way, which will change the status again: a write costs the API server nearly
  /// as much as a new pod.
  static constexpr std::chrono::milliseconds busy_status_interval{2000};
  /// How long a status waits in which only the message of a condition is new.
  static constexpr std::chrono::seconds words_interval{10};
  /// A plan is old this long after we first see which of its actions may begin, and is made again. What came before
  /// does not count: if a slow machine made the plan, or a slow server answered its preparation, the next would be no
  /// younger.
  static constexpr std::chrono::seconds plan_life{1};

  /// After an action has failed, no other begins for this long, doubled with each further failure in a row: if
  /// everything is refused or nothing is answered, that costs few requests. The object that failed waits longer
  /// (`daemonset::Retries`).
  static constexpr std::chrono::milliseconds first_pause{5};
  static constexpr std::chrono::milliseconds longest_pause{1000};

  // What to do next.

  /// Make a plan, which says of the status what is wanted, and pass it to `on_plan`; or call `stop` if the DaemonSet no
  /// longer exists.
  struct MakePlan {
    daemonset::StatusWanted status = daemonset::StatusWanted::always;
  };
  /// Find out what the plan's actions need to know first (`Preparation`); then call `on_prepared`.
  struct Prepare {};
  /// Begin one action of the plan, beside everything else; at its end call `on_end`, and say whether it rolls.
  struct Begin {
    daemonset::Action action;
    bool rolls = true;  ///< false: it creates a pod that is missing, and the rollout need not wait for it
  };
  /// Write the plan's status; then call `on_status_written`.
  struct WriteStatus {
    daemonset::StatusChange change;
  };
  /// Write the status beside everything else; the write may outlive the sync. When it ends, whatever the result, set
  /// `SyncPace::status_on_its_way` to false and sync the DaemonSet again.
  struct WriteStatusBeside {
    daemonset::StatusChange change;
  };
  /// Wait until something that is under way ends, but no longer than this.
  struct Wait {
    Instant until;
  };
  /// Nothing of the sync is under way any more.
  struct End {
    bool failed = false;                         ///< the status cannot be written
    Instant rests_until = Instant::min();        ///< no sooner, unless something is urgent
    std::optional<objects::Time> again_at = {};  ///< by the clock of the world: something will have changed
    std::optional<Instant> again_in = {};        ///< by our own: what had to wait may be done
  };
  using Step = std::variant<MakePlan, Prepare, Begin, WriteStatus, WriteStatusBeside, Wait, End>;

  /// `pace` must live as long.
  explicit SyncMachine(SyncPace& pace) : pace_(pace) {}

  /// `may_act`: whether more actions may begin.
  [[nodiscard]] Step next(Instant now, bool may_act);

  void on_plan(daemonset::Plan plan, std::size_t nodes, Instant now);
  void on_prepared(const Result& result, Instant now);
  void on_end(const Result& result, Instant now, bool rolls = true);
  void on_status_written(const Result& result);

  /// What a rollout went by has changed for the worse: no further action of its plan begins.
  void overtake();

  /// Begins nothing more.
  void stop();

 private:
  enum class State : std::uint8_t {
    plan,
    prepare,       ///< the plan has actions
    act,           ///< actions begin and end
    write_status,  ///< there is nothing else to do
    await_status,
    land,  ///< nothing more begins; actions under way end
  };

  [[nodiscard]] Step plan_or_rest(Instant now, bool may_act);
  [[nodiscard]] daemonset::StatusWanted status_wanted(Instant now) const;
  [[nodiscard]] std::optional<Step> act(Instant now, bool may_act);
  void hold_back();
  [[nodiscard]] bool take_status_turn(bool last, Instant now);
  [[nodiscard]] Instant status_due(bool last, Instant now);
  void end_plan();
  void pause(Instant now);

  SyncPace& pace_;
  State state_ = State::plan;
  daemonset::StatusWanted wanted_ = daemonset::StatusWanted::always;  ///< of the next plan
  daemonset::Plan plan_;
  std::size_t begun_ = 0;                  ///< of the plan's actions
  std::size_t nodes_ = 0;                  ///< of the cluster
  Instant good_until_{};                   ///< the plan, however slow we are
  std::optional<Instant> plan_ends_ = {};  ///< when it is old; nullopt: it has not come to its actions
  bool only_creates_ = false;              ///< the plan: they need not end with it
  bool status_left_out_ = false;           ///< of the plan
  bool status_now_ = false;                ///< the plan's status is to be written beside the actions
  std::size_t in_flight_ = 0;              ///< actions
  std::size_t rolling_ = 0;                ///< of these, such as roll
  bool rests_ = false;                     ///< if it is time to, before the next plan
  End end_;
};

}  // namespace everynode::sync
