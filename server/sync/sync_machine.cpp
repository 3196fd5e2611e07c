#include "everynode/sync/sync_machine.hpp"

#include <algorithm>
#include <utility>

namespace everynode::sync {
namespace {

constexpr auto never = SyncMachine::Instant::max();

}  // namespace

SyncMachine::Step SyncMachine::next(Instant now, bool may_act) {
  if (std::exchange(status_now_, false)) {
    pace_.status_on_its_way = true;
    return WriteStatusBeside{*plan_.status};
  }
  if (state_ == State::prepare) return Prepare{};
  if (state_ == State::act) {
    if (auto step = act(now, may_act)) return std::move(*step);
    end_plan();
  }
  if (state_ == State::plan) {
    if (Step step = plan_or_rest(now, may_act); !std::holds_alternative<End>(step)) return step;
    state_ = State::land;
  }
  if (state_ == State::write_status) {
    state_ = State::await_status;
    return WriteStatus{*plan_.status};
  }
  if (state_ == State::await_status || in_flight_ > 0) return Wait{never};
  return end_;
}

SyncMachine::Step SyncMachine::plan_or_rest(Instant now, bool may_act) {
  if (!may_act) return End{};
  if (pace_.paused_until > now) {
    if (in_flight_ > 0) return Wait{pace_.paused_until};
    end_.again_in = pace_.paused_until;
    return End{};
  }
  if (!rests_ || pace_.plans.next() <= now) return MakePlan{.status = wanted_ = status_wanted(now)};
  end_.again_in = pace_.plans.next();
  return End{};
}

/// Beside actions the status is written so seldom that most plans need not know it.
daemonset::StatusWanted SyncMachine::status_wanted(Instant now) const {
  using enum daemonset::StatusWanted;
  if (!pace_.status_waits_since || pace_.status_on_its_way) return without_actions;
  const Instant due = std::max(pace_.status_written, *pace_.status_waits_since) + busy_status_interval;
  return due <= now ? always : without_actions;
}

void SyncMachine::on_plan(daemonset::Plan plan, std::size_t nodes, Instant now) {
  plan_ = std::move(plan);
  status_left_out_ = wanted_ == daemonset::StatusWanted::without_actions && !plan_.actions.empty() && !plan_.status;
  begun_ = 0;
  nodes_ = nodes;
  good_until_ = plan_.good_for ? now + *plan_.good_for : never;
  plan_ends_.reset();
  pace_.plans.planned(nodes, now);
  end_.rests_until = pace_.plans.next();
  end_.again_at = plan_.again_at;
  end_.again_in.reset();
  if (plan_.stage == daemonset::Stage::ignore) {
    state_ = State::land;
    return;
  }
  hold_back();
  const bool last = plan_.actions.empty() && in_flight_ == 0;
  const bool writes = take_status_turn(last, now);
  if (last) {
    state_ = writes ? State::write_status : State::land;
    return;
  }
  status_now_ = writes;
  only_creates_ = std::ranges::all_of(plan_.actions, daemonset::creates_pod);
  state_ = plan_.actions.empty() ? State::act : State::prepare;
}

/// Leaves of a plan what may begin now. While pods' creations are in flight it is more of them: a roll, say, depends on
/// what they bring.
void SyncMachine::hold_back() {
  const bool more_of_them =
      plan_.stage == daemonset::Stage::manage && std::ranges::all_of(plan_.actions, daemonset::creates_pod);
  if (in_flight_ > 0 && !more_of_them) plan_.actions.resize(plan_.creations);
}

void SyncMachine::on_prepared(const Result& result, Instant now) {
  if (result && *result == Next::go_on) {
    state_ = State::act;
    return;
  }
  if (!result) pause(now);
  end_plan();
}

/// Begins the actions that may begin. nullopt: the plan has been carried out, or is old.
std::optional<SyncMachine::Step> SyncMachine::act(Instant now, bool may_act) {
  const Instant ends = plan_ends_.value_or(std::min(now + plan_life, good_until_));
  plan_ends_ = ends;
  const bool more = begun_ < plan_.actions.size() && now < ends && may_act;
  const Instant looking = pace_.caution.until(nodes_, now);
  const Instant held = std::max(pace_.paused_until, looking);
  if (more && held <= now && in_flight_ < pace_.window.size()) {
    const bool rolls = begun_ >= plan_.creations;
    ++in_flight_;
    rolling_ += rolls ? 1 : 0;
    pace_.caution.began(now);
    return Begin{.action = std::move(plan_.actions[begun_++]), .rolls = rolls};
  }
  const bool only_created = plan_.creations > 0 && rolling_ == 0;
  const Instant latest = only_creates_ || only_created ? ends : never;
  const bool waits = in_flight_ > 0 || (more && looking > now);
  if (!waits || now >= latest) return std::nullopt;
  return Wait{more && held > now ? std::min(latest, held) : latest};
}

void SyncMachine::end_plan() {
  rests_ = true;
  state_ = State::plan;
}

void SyncMachine::pause(Instant now) {
  constexpr unsigned most_doublings = 8;
  static_assert(first_pause * (1U << most_doublings) > longest_pause);
  const auto duration = first_pause * (1U << std::min(pace_.failures++, most_doublings));
  pace_.paused_until = now + std::min<std::chrono::milliseconds>(duration, longest_pause);
}

void SyncMachine::on_end(const Result& result, Instant now, bool rolls) {
  --in_flight_;
  rolling_ -= rolls ? 1 : 0;
  pace_.caution.ended(result.has_value(), now);
  if (result) {
    pace_.window.succeeded();
    pace_.failures = 0;
    pace_.paused_until = Instant::min();
  } else {
    pace_.window.failed();
    pause(now);
  }
}

void SyncMachine::on_status_written(const Result& result) {
  end_.failed = !result;
  state_ = State::land;
}

void SyncMachine::overtake() {
  if (state_ != State::act || plan_.stage != daemonset::Stage::rollout) return;
  plan_.actions.resize(std::max(begun_, plan_.creations));
}

void SyncMachine::stop() {
  state_ = State::land;
}

/// True: write the plan's status now. If it is due later, the end says when; if a write is still under way, its end
/// starts another sync.
bool SyncMachine::take_status_turn(bool last, Instant now) {
  const Instant due = status_due(last, now);
  if (!plan_.status || pace_.status_on_its_way) return false;
  if (due > now) {
    end_.again_in = due;
    return false;
  }
  pace_.status_written = now;
  pace_.status_waits_since.reset();
  return true;
}

/// When to write the status of the plan. As long as there is more to do, the status waits for the changes from that.
SyncMachine::Instant SyncMachine::status_due(bool last, Instant now) {
  if (!plan_.status && !status_left_out_) {
    pace_.status_waits_since.reset();
    return never;
  }
  if (!pace_.status_waits_since) pace_.status_waits_since = now;
  if (!plan_.status) return never;
  const Instant since = std::max(pace_.status_written, last ? Instant::min() : *pace_.status_waits_since);
  if (plan_.status->words_only) return since + words_interval;
  return since + (last ? status_interval : busy_status_interval);
}

}  // namespace everynode::sync
