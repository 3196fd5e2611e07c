#include "simulation.hpp"

#include "everynode/objects/objects.hpp"
#include "everynode/objects/time.hpp"

namespace everynode::simulation {
namespace {

/// The place that a DaemonSet's pod occupies.
std::pair<std::string, std::string> place_of(const objects::DaemonPod& pod) {
  return {pod.controller->uid, pod.target_node};
}

}  // namespace

using std::chrono::milliseconds;

Simulation::Simulation(std::uint64_t seed, std::optional<std::set<Occasion>> only)
    : schedule_(seed, std::move(only)),
      now_(std::chrono::sys_days(std::chrono::year(2026) / 11 / 24)),
      world_(api_, schedule_.rng(), now_, [this](const std::string& line) { log(line); }),
      opponent_(api_, schedule_.rng()),
      reconciler_(api_, now_,
                  {.meanwhile = [this] { meanwhile(); },
                   .fate = [this](const kube::Request& request) { return fate(request); },
                   .judge = [this](const auto& snapshot, const auto& plan) { check_plan(snapshot, plan, now_); },
                   .log = [this](const std::string& line) { log("  " + line); },
                   .sends = [this](const kube::Request& request) { send(request); }}) {
  api_.on_create = [this](const objects::DaemonPod& pod) { check_create(pod); };
}

void Simulation::log(const std::string& line) {
  history_.push_back(objects::to_rfc3339_micro(now_).substr(11, 12) + " " + line);
  if (!forbidden_.empty() && line.contains(forbidden_)) throw Violation("forbidden: " + line);
}

std::vector<std::string> Simulation::log() const {
  std::vector<std::string> log = history_;
  log.emplace_back("--- the end ---");
  for (const auto& [name, pod] : api_.pods.all()) {
    log.push_back(name + ": node " + pod.node_name + "/" + pod.target_node + ", hash " +
                  std::string(pod.revision_hash()) + (pod.ready ? ", ready" : "") + (pod.is_over() ? ", over" : "") +
                  (pod.terminating ? ", terminating" : "") +
                  (pod.controller ? ", of " + pod.controller->name : ", orphan"));
  }
  return log;
}

void Simulation::run() {
  start();
  const std::size_t steps = 20 + schedule_.choice().below(60);
  for (std::size_t i = 0; i < steps; ++i) {
    if (!schedule_.begin_step()) continue;
    try {
      step();
    } catch (const Crash&) {
      log("--- crash ---");
      start();
    }
  }
  make_peace();
  check_end();
}

void Simulation::start() {
  for (;;) {
    try {
      return reconciler_.start();
    } catch (const Crash&) {
      log("--- crash ---");
    }
  }
}

void Simulation::step() {
  if (schedule_.happens(2)) world_.surprise();
  work(schedule_.choice().below(6));
  while (!in_flight_.empty() && schedule_.happens(2)) come_late();
  Rng& amounts = schedule_.choice();
  reconciler_.deliver([&] { return amounts.one_in(3) ? 0 : amounts.below(8); });
  if (schedule_.happens(15)) relist();
  oppose();
  if (!schedule_.happens(4)) reconciler_.work();
  constexpr std::size_t longest = 3000;
  constexpr std::size_t longest_of_a_fight = 40'000;
  pass(milliseconds(schedule_.choice().below(opponent_.is_there() ? longest_of_a_fight : longest)));
}

void Simulation::oppose() {
  if (opponent_.is_there() && !schedule_.happens(3)) opponent_.act();
}

void Simulation::work(std::size_t times) {
  for (; times > 0; --times) {
    if (schedule_.happens(1)) world_.work();
  }
}

void Simulation::relist() {
  reconciler_.relist(static_cast<int>(schedule_.rng().below(4)));
}

/// What happens between a write and its answer.
void Simulation::meanwhile() {
  if (peace_) return;
  pass(milliseconds(schedule_.choice().below(50)));
  if (schedule_.happens(8)) world_.surprise();
  oppose();
  if (schedule_.happens(2)) world_.work();
  if (schedule_.happens(2)) reconciler_.deliver([this] { return schedule_.rng().below(4); });
  if (schedule_.happens(40)) relist();
  if (schedule_.happens(40)) take_long();
  if (schedule_.happens(60) && !opponent_.is_there()) throw Crash{};
}

Fate Simulation::fate(const kube::Request& request) {
  if (peace_ || !schedule_.happens(12)) return Fate::answered;
  ++lost_[request.target];
  return schedule_.rng().one_in(2) ? Fate::answer_lost : Fate::request_lost;
}

/// The reconciler may crash after it has sent a request: the server carries it out later.
void Simulation::send(const kube::Request& request) {
  if (peace_) return;
  schedule_.begin_part();
  if (!schedule_.happens(100) || request.verb == kube::Verb::get || opponent_.is_there()) return;
  in_flight_.push_back(request);
  throw Crash{};
}

void Simulation::come_late() {
  const kube::Request request = std::move(in_flight_.back());
  in_flight_.pop_back();
  log("late: " + std::string(request.method()) + " " + request.target);
  comes_late_ = true;
  const sync::Answer answer = api_.answer(request, now_);
  comes_late_ = false;
  const bool created = answer && request.verb == kube::Verb::create && request.resource == kube::pods;
  if (created) late_.insert(std::get<objects::DaemonPod>(*answer).uid);
}

/// A late answer: meanwhile much has happened and been seen.
void Simulation::take_long() {
  for (int i = 0; i < 10; ++i) {
    if (schedule_.happens(1)) world_.surprise();
    if (schedule_.happens(1)) world_.work();
  }
  schedule_.choice();
  relist();
  reconciler_.deliver([] { return std::size_t{1'000'000}; });
}

/// No more surprises: everything must settle by events and times alone.
void Simulation::make_peace() {
  peace_ = true;
  log("--- peace, but for " + std::string(opponent_.name()) + " until now ---");
  opponent_.go_away();
  constexpr int patience = 500;
  for (int i = 0; i < patience; ++i) {
    bool changed = world_.settle();
    reconciler_.deliver([] { return std::size_t{1'000'000}; });
    changed = reconciler_.work() || changed;
    if (changed) {
      pass(milliseconds(100));
    } else if (const auto due = reconciler_.due_at()) {
      now_ = std::max(now_, *due);
    } else {
      return;
    }
  }
  throw Violation("it does not come to rest");
}

void Simulation::check_end() {
  for (const auto& [name, set] : api_.daemon_sets.all()) {
    check_daemon_set(api_, set, !world_.confused(name), now_);
    const cache::View view = reconciler_.store().view({.namespace_ = set.namespace_, .name = name});
    if (view.snapshot.daemon_set == nullptr) throw Violation(name + ": the store does not know it");
    const daemonset::Plan plan = daemonset::plan(view.snapshot, now_);
    if (plan.stage != daemonset::Stage::quiet || plan.status) throw Violation(name + ": the plan is not quiet");
  }
  if (reconciler_.store().states().size() != api_.daemon_sets.all().size()) {
    throw Violation("the store knows DaemonSets that are no more");
  }
  if (reconciler_.store().nodes() != api_.nodes.all()) throw Violation("the store's nodes are not the API's");
}

/// Whatever the controller does not know yet: it never makes a second pod for a node. One that crashed may have made
/// one late, which no name can fence: that one is not judged, nor counted;
/// nor is one that has lost its labels, when releasing it has failed too often to wait for it.
void Simulation::check_create(const objects::DaemonPod& made) {
  count_creation(made);
  if (comes_late_ || opponent_.is_there()) return;
  const objects::DaemonSet* set = api_.daemon_sets.find(made.controller->name);
  if (set == nullptr || set->uid != made.controller->uid || world_.confused(set->name)) return;
  int others = 0;
  for (const auto& [name, pod] : api_.pods.all()) {
    const auto lost = lost_.find(kube::get(kube::pods, {.namespace_ = pod.namespace_, .name = name}).target);
    const bool given_up = lost != lost_.end() && lost->second >= daemonset::Retries::patience &&
                          daemonset::claim_of(*set, pod.controller, pod.labels) == daemonset::Claim::stray;
    const bool same = pod.controller && place_of(pod) == place_of(made) && !late_.contains(pod.uid) && !given_up;
    others += same && !pod.terminating && !pod.is_over() ? 1 : 0;
  }
  if (others > (set->strategy.surges() ? 1 : 0)) throw Violation(set->name + ": one pod too many, " + made.name);
}

/// Whatever undoes its work: no node sees more than 20 creations of a DaemonSet in ten minutes. Only a process that
/// ends again and again meanwhile could go beyond that, so none does while there is an opponent.
void Simulation::count_creation(const objects::DaemonPod& made) {
  constexpr std::size_t most = 20;
  std::deque<objects::Time>& times = creations_[place_of(made)];
  while (!times.empty() && times.front() + std::chrono::minutes(10) <= now_) times.pop_front();
  times.push_back(now_);
  if (times.size() > most) throw Violation(std::to_string(times.size()) + " creations for node " + made.target_node);
}

}  // namespace everynode::simulation
