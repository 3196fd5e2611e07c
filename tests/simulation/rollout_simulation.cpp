#include "rollout_simulation.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "everynode/objects/time.hpp"
#include "invariants.hpp"

namespace everynode::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const cache::Key agent{.namespace_ = "default", .name = "agent"};

std::string uid_in(const kube::Request& request) {
  return nlohmann::json::parse(request.body).at("preconditions").at("uid");
}

}  // namespace

RolloutSimulation::RolloutSimulation(std::uint64_t seed, std::optional<std::set<Occasion>> only)
    : schedule_(seed, std::move(only)),
      now_(std::chrono::sys_days(std::chrono::year(2026) / 11 / 24)),
      on_delete_(schedule_.rng().one_in(2)),
      world_(api_, schedule_.rng(), now_, on_delete_, [this](const std::string& line) { log(line); }),
      laws_(api_, [this](const std::string& node) { return heard_of(node); }),
      ours_(api_, now_,
            {.meanwhile = [this] { meanwhile(); },
             .judge = [this](const auto&... plan) { judge(plan...); },
             .begins = [this](const auto& action, const auto&, const auto&) { check_begin(action); },
             .log = [this](const std::string& line) { log("  " + line); }}),
      in_tree_(api_, now_,
               {.meanwhile = [] {},
                .judge = [](const auto&...) {},
                .begins = [](const auto&...) {},
                .log = [this](const std::string& line) { log("  in-tree " + line); }}) {
  if (on_delete_) ours_.mode = daemonset::Mode::companion;
  in_tree_.knows_policies = false;
  ours_.knows_overlays = world_.has_overlays();
  if (schedule_.rng().one_in(2)) change_clock();
  api_.on_create = [this](const objects::DaemonPod& pod) { laws_.created(pod); };
}

void RolloutSimulation::log(const std::string& line) {
  history_.push_back(objects::to_rfc3339_micro(now_).substr(11, 12) + " " + line);
}

std::vector<std::string> RolloutSimulation::log() const {
  std::vector<std::string> log = history_;
  log.emplace_back("--- the end ---");
  for (const auto& [name, node] : api_.nodes.all()) {
    log.push_back(name + (node.health.good() ? "" : ": " + to_text(node.health)));
  }
  for (const auto& [name, pod] : api_.pods.all()) {
    log.push_back(name + ": node " + pod.target_node + ", template " + std::string(pod.labels.get("v")) +
                  (pod.ready ? ", ready" : "") + (pod.is_over() ? ", over" : "") +
                  (pod.terminating ? ", terminating" : "") + (world_.is_fitted(pod) ? "" : ", not fitted"));
  }
  const objects::RolloutPolicyStatus& status = world_.policy().status;
  log.push_back(status.phase + " " + status.wave + " " + status.progress +
                (status.daemon_sets.empty() ? "" : ": " + status.daemon_sets.front().message));
  return log;
}

void RolloutSimulation::run() {
  start();
  peace_ = true;  // half of them begin with a template that was complete, so that there is something to go back to
  if (schedule_.choice().one_in(2)) std::ignore = settle();
  peace_ = false;
  const std::size_t steps = 20 + schedule_.choice().below(60);
  for (std::size_t i = 0; i < steps; ++i) {
    if (!schedule_.begin_step()) continue;
    try {
      step();
    } catch (const Crash&) {
      crash(ours_);
      start();
    }
  }
  peace_ = true;
  log("--- peace ---");
  if (settle() && !clock_changed_) check_quiet();
  log("--- help ---");
  world_.help();
  laws_.look();
  helped_ = true;
  if (!settle()) throw Violation("it does not come to rest");
  check_end();
}

void RolloutSimulation::start() {
  for (;;) {
    try {
      ours_.start();
      break;
    } catch (const Crash&) {
      crash(ours_);
    }
  }
  if (beside()) in_tree_.start();
}

void RolloutSimulation::crash(SimulatedReconciler& reconciler) {
  log("--- crash ---");
  for (kube::Request& request : reconciler.crash()) {
    if (schedule_.choice().one_in(2)) in_flight_.push_back(std::move(request));
  }
  if (&reconciler != &ours_) return;
  std::ignore = in_tree_.crash();
  if (!on_delete_ || !schedule_.choice().one_in(3)) return;
  ours_.mode = beside() ? daemonset::Mode::takeover : daemonset::Mode::companion;
  log(beside() ? "from now on beside the in-tree controller" : "from now on in takeover");
}

void RolloutSimulation::step() {
  if (schedule_.happens(2)) change_world();
  for (std::size_t i = schedule_.choice().below(8); i > 0; --i) {
    if (!schedule_.happens(1)) continue;
    world_.work();
    laws_.look();
  }
  while (!in_flight_.empty() && schedule_.happens(2)) come_late();
  deliver(ours_);
  if (schedule_.happens(20)) ours_.relist(static_cast<int>(schedule_.rng().below(5)));
  if (schedule_.happens(30)) change_clock();
  if (!schedule_.happens(4)) reconcile(ours_);
  if (beside()) {
    deliver(in_tree_);
    if (!schedule_.happens(4)) reconcile(in_tree_);
  }
  constexpr std::size_t longest = 12'000;
  now_ += milliseconds(schedule_.choice().below(longest));
}

const daemonset::DaemonNode* RolloutSimulation::heard_of(const std::string& node) const {
  const cache::DaemonSetState* const state = ours_.store().state(agent);
  return state == nullptr ? nullptr : state->find(node);
}

void RolloutSimulation::change_world() {
  world_.surprise();
  laws_.look();
}

void RolloutSimulation::change_clock() {
  constexpr std::int64_t most = 60;
  ours_.clock_error = seconds(static_cast<std::int64_t>(schedule_.rng().below(2 * most)) - most);
  clock_changed_ = true;
  log("our clock is wrong by " + std::to_string(ours_.clock_error / seconds(1)) + " s");
}

void RolloutSimulation::deliver(SimulatedReconciler& reconciler) {
  Rng& amounts = schedule_.choice();
  reconciler.deliver([&] { return peace_ ? 1'000'000 : amounts.one_in(3) ? 0 : amounts.below(8); });
}

void RolloutSimulation::reconcile(SimulatedReconciler& reconciler) {
  constexpr int patience = 60;
  constexpr milliseconds a_moment{100};
  reconciler.work();
  for (int i = 0; i < patience; ++i) {
    if (reconciler.calls() > 0) {
      if (schedule_.happens(40)) return;
      exchange(reconciler);
    } else {
      const auto due = reconciler.due_at();
      if (!due || *due > now_ + a_moment) return;
      now_ = std::max(now_, *due);
    }
    reconciler.work();
  }
}

/// One of the requests is read or lost, or its answer comes, or both.
void RolloutSimulation::exchange(SimulatedReconciler& reconciler) {
  schedule_.begin_part();
  const std::size_t which = schedule_.choice().below(reconciler.calls());
  if (!reconciler.call(which).answer) {
    if (&reconciler == &ours_ && !peace_ && schedule_.happens(150)) throw Crash{};
    const bool lost = !peace_ && schedule_.happens(15);
    const Fate fate = !lost ? Fate::answered : schedule_.rng().one_in(2) ? Fate::answer_lost : Fate::request_lost;
    const kube::Request& request = reconciler.call(which).request();
    if (&reconciler == &ours_) check_request(request);
    const bool deletes = request.verb == kube::Verb::delete_ && request.resource == kube::pods;
    if (deletes && fate != Fate::request_lost && replaced_.contains(uid_in(request))) {
      laws_.replaces(request.target.substr(request.target.rfind('/') + 1));
    }
    const bool restores = request.verb == kube::Verb::patch && request.resource == kube::daemon_sets;
    const std::int64_t generation = world_.daemon_set().generation;
    reconciler.arrive(which, fate);
    if (restores && world_.daemon_set().generation != generation) laws_.restored();
    laws_.look();
    meanwhile();
    if (!peace_ && schedule_.happens(4)) return;
  }
  reconciler.answer(which);
}

void RolloutSimulation::meanwhile() {
  if (peace_) return;
  now_ += schedule_.next_answer_takes();
  if (schedule_.happens(10)) change_world();
  if (schedule_.happens(2)) {
    world_.work();
    laws_.look();
  }
  if (schedule_.happens(3)) deliver(ours_);
  if (schedule_.happens(100)) throw Crash{};
}

void RolloutSimulation::come_late() {
  const kube::Request request = std::move(in_flight_.back());
  in_flight_.pop_back();
  log("late: " + std::string(request.method()) + " " + request.target);
  std::ignore = api_.answer(request, now_);
  laws_.look();
}

/// Nothing disturbs any more. It rests when nothing happens for so long, whatever windows do. False: it does not come
/// to rest, as with pods that fail again and again.
bool RolloutSimulation::settle() {
  const objects::Time end = now_ + std::chrono::hours(helped_ ? 24 : 1);
  constexpr std::chrono::minutes patience{30};
  objects::Time last_change = now_;
  while (now_ < end) {
    bool changed = world_.settle();
    laws_.look();
    std::optional<objects::Time> due;
    for (SimulatedReconciler* const one : {&ours_, &in_tree_}) {
      if (one == &in_tree_ && !beside()) continue;
      deliver(*one);
      changed = one->work() || changed;
      for (; one->calls() > 0; now_ += schedule_.answers_take()) exchange(*one);
      objects::earliest(due, one->due_at());
    }
    changed = (helped_ && world_.promote()) || changed;
    if (changed) last_change = now_;
    if (!changed && (!due || *due > last_change + patience)) return true;
    now_ = changed ? now_ + milliseconds(100) : std::max(now_, *due);
  }
  return false;
}

void RolloutSimulation::judge(const daemonset::Snapshot& snapshot, const daemonset::Plan& plan, objects::Time now) {
  clock_changed_ = false;
  if (snapshot.policy == nullptr) return;
  check_rollout_plan(snapshot, plan, now);
  laws_.check_plan(snapshot, plan, now);
  const auto until = goes_until(snapshot, plan, now);
  goes_until_ = until ? std::optional(now_ + (*until - now)) : std::nullopt;
  bad_ = bad_pods();
}

/// UIDs of the pods that crash or are over, as far as we know.
std::set<std::string> RolloutSimulation::bad_pods() const {
  std::set<std::string> bad;
  const cache::View view = ours_.store().view(agent);
  for (const daemonset::DaemonNode& node : view.snapshot.nodes) {
    for (const objects::DaemonPod* const pod : node.pods) {
      if (pod->stuck || pod->is_over()) bad.insert(pod->uid);
    }
  }
  return bad;
}

void RolloutSimulation::check_begin(const daemonset::Action& action) {
  const auto* const deletion = std::get_if<daemonset::DeletePod>(&action);
  if (deletion == nullptr || deletion->reason != daemonset::DeleteReason::outdated) return;
  replaced_.insert(deletion->uid);
  check_goes(*deletion);
}

/// What a plan has decided goes only as long as its window is open, the policy is not paused, and no pod has turned bad
/// that is one too many.
void RolloutSimulation::check_goes(const daemonset::DeletePod& deletion) const {
  if (goes_until_ && *goes_until_ <= now_) throw Violation("pod " + deletion.name + " goes after its window");
  const cache::View view = ours_.store().view(agent);
  const objects::RolloutPolicy* const policy = view.snapshot.policy;
  if (policy == nullptr) return;
  if (policy->paused) throw Violation("pod " + deletion.name + " goes though the policy is paused");
  const bool turned_bad = !std::ranges::includes(bad_, bad_pods());
  if (turned_bad && !may_go_on(view.snapshot, ours_.clock())) {
    throw Violation("pod " + deletion.name + " goes though too many nodes have failed since");
  }
}

/// Beside the in-tree controller: pods of the rollout go, the policy's status is written, the template of what failed
/// is replaced where the policy wants that, and that is all.
void RolloutSimulation::check_request(const kube::Request& request) const {
  if (!beside() || request.verb == kube::Verb::get) return;
  if (request.resource == kube::rollout_policies_status) return;
  const bool restores = request.verb == kube::Verb::patch && request.resource == kube::daemon_sets;
  if (restores) return;
  const bool deletes = request.verb == kube::Verb::delete_ && request.resource == kube::pods;
  if (!deletes || !replaced_.contains(uid_in(request))) throw Violation("a companion may not " + request.target);
}

void RolloutSimulation::check_quiet() const {
  const cache::View view = ours_.store().view(agent);
  daemonset::Snapshot snapshot = view.snapshot;
  snapshot.authority = daemonset::authority_of(ours_.mode, *snapshot.daemon_set, snapshot.policy);
  const daemonset::Plan plan = daemonset::plan(snapshot, ours_.clock());
  if (plan.stage != daemonset::Stage::quiet || plan.status) throw Violation("the plan is not quiet");
}

void RolloutSimulation::check_end() const {
  check_quiet();
  check_daemon_set(api_, world_.daemon_set(), true, beside() ? in_tree_.clock() : ours_.clock());
  const objects::RolloutPolicyStatus& status = world_.policy().status;
  if (status.phase != "Complete") throw Violation("the policy says " + status.phase + ", not Complete");
  const std::string all = std::to_string(api_.nodes.all().size());
  if (status.progress != all + "/" + all) throw Violation("the policy says " + status.progress + " of " + all);
  for (const auto& [name, pod] : api_.pods.all()) {
    if (pod.labels.get("v") != world_.daemon_set().pod_template.labels.get("v")) {
      throw Violation("pod " + name + " is of an old template");
    }
    if (!world_.is_fitted(pod)) throw Violation("pod " + name + " is not what its overlays make of it");
  }
}

}  // namespace everynode::simulation
