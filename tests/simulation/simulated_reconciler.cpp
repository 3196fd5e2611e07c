#include "simulated_reconciler.hpp"

#include "everynode/rollout/status.hpp"
#include "everynode/rollout/windows.hpp"
#include "everynode/sync/write_policy_status.hpp"
#include "everynode/sync/write_status.hpp"

namespace everynode::simulation {
namespace {

using sync::SyncMachine;

// As in the reconciler.
constexpr protocol::WorkQueue::Options options{.retry_cap = std::chrono::seconds(30)};
constexpr protocol::WorkQueue::Options policy_options{.interval = std::chrono::seconds(1),
                                                      .retry_base = std::chrono::milliseconds(100),
                                                      .retry_cap = std::chrono::seconds(30)};

sync::Answer lost() {
  return std::unexpected(sync::Problem{.failure = sync::Failure::in_doubt, .text = "no answer came", .status = {}});
}

cache::Key to_key(std::string_view text) {
  const auto slash = text.find('/');
  return {.namespace_ = std::string(text.substr(0, slash)), .name = std::string(text.substr(slash + 1))};
}

}  // namespace

SimulatedReconciler::SimulatedReconciler(SimulatedApi& api, const objects::Time& now, Surroundings surroundings)
    : api_(api), now_(now), around_(std::move(surroundings)), queue_(options), policy_queue_(policy_options) {}

std::vector<kube::Request> SimulatedReconciler::crash() {
  std::vector<kube::Request> unread;
  for (const Call& call : calls_) {
    if (!call.answer && call.request().verb != kube::Verb::get) unread.push_back(call.request());
  }
  started_ = false;
  calls_.clear();
  syncs_.clear();
  paces_.clear();
  queue_ = protocol::WorkQueue(options);
  policy_queue_ = protocol::WorkQueue(policy_options);
  return unread;
}

// --- syncs ---

bool SimulatedReconciler::work() {
  bool any = resume();
  while (auto taken = queue_.take(instant())) {
    any = true;
    const cache::Key key = to_key(taken->key);
    go_on(syncs_.try_emplace(key, Sync{.key = key, .machine = SyncMachine(paces_[key])}).first->second);
  }
  return write_policy_statuses() || any;
}

/// Goes on with the syncs that need not wait any longer.
bool SimulatedReconciler::resume() {
  bool any = false;
  for (auto next = syncs_.begin(); next != syncs_.end();) {
    Sync& sync = (next++)->second;  // it may end
    if (sync.busy || !sync.waits_until || *sync.waits_until > instant()) continue;
    any = true;
    go_on(sync);
  }
  return any;
}

/// Does what the machine asks for, until it waits or ends.
void SimulatedReconciler::go_on(Sync& sync) {
  sync.waits_until.reset();
  for (;;) {
    const cache::DaemonSetState* const state = store_->state(sync.key);
    if (state != nullptr && state->setbacks() != sync.setbacks) sync.machine.overtake();
    SyncMachine::Step step = sync.machine.next(instant(), true);
    if (const auto* const ended = std::get_if<SyncMachine::End>(&step)) return end(sync, *ended);
    if (!take(sync, step)) return;
  }
}

/// False: the sync goes on later.
bool SimulatedReconciler::take(Sync& sync, SyncMachine::Step& step) {
  if (const auto* const wait = std::get_if<SyncMachine::Wait>(&step)) {
    sync.waits_until = wait->until;
    return false;
  }
  if (const auto* const wanted = std::get_if<SyncMachine::MakePlan>(&step)) plan_for(sync, wanted->status);
  if (std::holds_alternative<SyncMachine::Prepare>(step)) prepare(sync);
  if (auto* const begun = std::get_if<SyncMachine::Begin>(&step)) begin(sync, std::move(begun->action), begun->rolls);
  if (const auto* const status = std::get_if<SyncMachine::WriteStatus>(&step)) write_status(sync, status->change);
  if (const auto* const beside = std::get_if<SyncMachine::WriteStatusBeside>(&step)) {
    write_status_beside(sync, beside->change);
  }
  return !sync.busy;
}

void SimulatedReconciler::plan_for(Sync& sync, daemonset::StatusWanted status) {
  cache::DaemonSetState* const state = store_->state(sync.key);
  if (state == nullptr) return sync.machine.stop();
  state->note_absences(clock());
  cache::View view = store_->view(sync.key);
  sync.setbacks = state->setbacks();
  view.snapshot.authority = daemonset::authority_of(mode, *view.snapshot.daemon_set, view.snapshot.policy);
  daemonset::Plan plan = daemonset::plan(view.snapshot, clock(), daemonset::WriteConditions::yes, status);
  around_.judge(view.snapshot, plan, clock());
  store_->set_rollout(sync.key, plan.rollout);
  sync.batch = std::make_shared<sync::Batch>(*view.snapshot.daemon_set, plan, view.snapshot.unmatched, store_->known());
  sync.preparation = std::make_unique<sync::Preparation>(sync.batch, plan, state->doubts());
  sync.machine.on_plan(std::move(plan), view.snapshot.nodes.size(), instant());
}

void SimulatedReconciler::prepare(Sync& sync) {
  sync.busy = true;
  send({.about = sync.key, .object = {}, .machine = std::move(sync.preparation), .on_end = [&](const auto& result) {
          sync.busy = false;
          sync.waits_until = instant();
          sync.machine.on_prepared(result, instant());
        }});
}

void SimulatedReconciler::begin(Sync& sync, daemonset::Action action, bool rolls) {
  around_.begins(action, sync.key, calls_);
  around_.log(sync.key.name + ": " + to_text(action));
  const cache::DaemonSetState* const state = store_->state(sync.key);
  auto machine = sync::begin(action, sync.batch, state == nullptr ? cache::Doubts{} : state->doubts());
  std::string object = daemonset::object_of(action);
  send({.about = sync.key,
        .object = std::move(object),
        .machine = std::move(machine),
        .on_end = [this, &sync, rolls, action = std::move(action)](const sync::Result& result) {
          sync::apply({sync::tried(action, result)}, sync.key, *store_, clock());
          if (!result) around_.log(sync.key.name + ": " + result.error().text);
          sync.waits_until = instant();
          sync.machine.on_end(result, instant(), rolls);
        }});
}

void SimulatedReconciler::write_status(Sync& sync, const daemonset::StatusChange& change) {
  around_.log(sync.key.name + ": write status");
  sync.busy = true;
  send({.about = sync.key,
        .object = {},
        .machine = std::make_unique<sync::WriteStatus>(sync.batch->daemon_set(), change),
        .on_end = [&](const sync::Result& result) {
          sync.busy = false;
          sync.waits_until = instant();
          sync.machine.on_status_written(result);
        }});
}

void SimulatedReconciler::write_status_beside(Sync& sync, const daemonset::StatusChange& change) {
  around_.log(sync.key.name + ": write status beside");
  send({.about = sync.key,
        .object = {},
        .machine = std::make_unique<sync::WriteStatus>(sync.batch->daemon_set(), change),
        .on_end = [this, key = sync.key](const sync::Result&) {
          if (const auto pace = paces_.find(key); pace != paces_.end()) pace->second.status_on_its_way = false;
          queue_.add(to_text(key), instant());
        }});
}

void SimulatedReconciler::end(Sync& sync, const SyncMachine::End& end) {
  const cache::Key key = sync.key;
  const std::string name = to_text(key);
  syncs_.erase(key);
  if (store_->state(key) == nullptr) paces_.erase(key);
  queue_.rest(name, end.rests_until);
  if (end.failed) {
    queue_.failed(name, instant());
  } else {
    queue_.done(name, instant());
  }
  if (end.again_at) queue_.add_after(name, instant() + objects::time_left(*end.again_at, clock()), instant());
  if (end.again_in) queue_.add_after(name, *end.again_in, instant());
  enqueue_touched(false);
}

// --- statuses of policies ---

bool SimulatedReconciler::write_policy_statuses() {
  bool any = false;
  while (auto taken = policy_queue_.take(instant())) {
    any = true;
    write_policy_status(taken->key);
  }
  return any;
}

void SimulatedReconciler::write_policy_status(const std::string& name) {
  const cache::Key key = to_key(name);
  const auto on_end = [this, name](const sync::Result& result) {
    if (result && *result == sync::Next::go_on) {
      policy_queue_.done(name, instant());
    } else {
      policy_queue_.failed(name, instant());
    }
  };
  const auto found = store_->policies().find(key);
  if (found == store_->policies().end()) return on_end(sync::Next::go_on);
  std::vector<rollout::Selected> selected = store_->selected_by(found->second);
  for (rollout::Selected& one : selected) {
    const auto* const state = store_->state({.namespace_ = key.namespace_, .name = one.name});
    if (one.served_by.empty() && state != nullptr) one.refused = why_not_served(mode, state->daemon_set());
  }
  const objects::RolloutPolicyStatus status =
      rollout::status_of(found->second, selected, clock(), rollout::problem_with(found->second, store_->time_zones()));
  if (status == found->second.status) return on_end(sync::Next::go_on);
  send({.about = key,
        .object = {},
        .machine = std::make_unique<sync::WritePolicyStatus>(found->second, status),
        .on_end = on_end});
}

// --- calls ---

const Call& SimulatedReconciler::call(std::size_t index) const {
  return *std::next(calls_.begin(), static_cast<std::ptrdiff_t>(index));
}

void SimulatedReconciler::send(Call call) {
  apply(call);
  if (!has_ended(call)) calls_.push_back(std::move(call));
}

void SimulatedReconciler::apply(Call& call) {
  sync::apply(call.machine->take_effects().changes, call.about, *store_, clock());
}

bool SimulatedReconciler::has_ended(Call& call) {
  const auto* const ended = std::get_if<sync::WriteMachine::Ended>(&call.machine->next());
  if (ended == nullptr) return false;
  call.on_end(ended->result);
  return true;
}

void SimulatedReconciler::arrive(std::size_t index, Fate fate) {
  Call& call = *std::next(calls_.begin(), static_cast<std::ptrdiff_t>(index));
  if (fate == Fate::request_lost) {
    call.answer = lost();
    return;
  }
  if (call.request().verb == kube::Verb::delete_) around_.deletes(call);
  call.answer = api_.answer(call.request(), now_);
  if (call.request().resource == kube::nodes) call.node_missing = !call.answer->has_value();
  if (fate == Fate::answer_lost) call.answer = lost();
}

void SimulatedReconciler::answer(std::size_t index) {
  const auto place = std::next(calls_.begin(), static_cast<std::ptrdiff_t>(index));
  Call call = std::move(*place);
  calls_.erase(place);
  sync::Answer answer = std::move(*call.answer);
  call.answer.reset();
  call.machine->on_answer(std::move(answer));
  send(std::move(call));
  enqueue_touched(false);
  resume();
}

bool SimulatedReconciler::exchange_all() {
  const std::size_t count = calls_.size();
  for (std::size_t i = 0; i < count && !calls_.empty(); ++i) {
    if (!calls_.front().answer) arrive(0, Fate::answered);
    answer(0);
  }
  return count > 0;
}

std::optional<objects::Time> SimulatedReconciler::due_at() const {
  std::optional<Instant> first;
  const auto at = [&](std::optional<Instant> when) {
    if (when && *when != Instant::max()) first = std::min(first.value_or(*when), *when);
  };
  at(queue_.next_time());
  at(policy_queue_.next_time());
  for (const auto& [key, sync] : syncs_) {
    if (!sync.busy) at(sync.waits_until);
  }
  if (!first) return std::nullopt;
  return objects::Time(std::chrono::ceil<objects::Time::duration>(first->time_since_epoch()));
}

}  // namespace everynode::simulation
