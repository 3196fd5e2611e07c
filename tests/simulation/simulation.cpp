#include "simulation.hpp"

#include <nlohmann/json.hpp>
#include <tuple>

#include "everynode/daemonset/conditions.hpp"
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
      world_(api_, schedule_.rng(), now_, /*collects_pods=*/seed % 3 != 0,
             [this](const std::string& line) { log(line); }),
      opponent_(api_, schedule_.rng()),
      reconciler_(api_, now_,
                  {.meanwhile = [this] { meanwhile(); },
                   .judge =
                       [this](const auto& snapshot, const auto& plan, auto now) {
                         surges_[snapshot.daemon_set->name] = snapshot.daemon_set->strategy.surges();
                         check_plan(snapshot, plan, now);
                       },
                   .begins = [this](const auto&... begun) { check_begin(begun...); },
                   .deletes = check_deletion,
                   .log = [this](const std::string& line) { log("  " + line); }}) {
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
      crash();
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
      crash();
    }
  }
}

/// Of what the server has not read yet, it may read some later.
void Simulation::crash() {
  log("--- crash ---");
  PastCrash& past = crashes_.emplace_back(PastCrash{.at = now_});
  for (const auto& [name, set] : api_.daemon_sets.all()) {
    if (daemonset::undone_since(set)) past.told.insert(name);
  }
  unreleased_.clear();
  for (kube::Request& request : reconciler_.crash()) {
    if (schedule_.choice().one_in(2)) in_flight_.push_back(std::move(request));
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
  if (!schedule_.happens(4)) reconcile();
  constexpr std::size_t longest = 3000;
  constexpr std::size_t longest_of_a_fight = 40'000;
  pass(milliseconds(schedule_.choice().below(opponent_.is_there() ? longest_of_a_fight : longest)));
}

/// The reconciler does what it can; now and then it is left with requests on their way.
void Simulation::reconcile() {
  constexpr int patience = 60;
  constexpr milliseconds a_moment{100};
  reconciler_.work();
  for (int i = 0; i < patience; ++i) {
    if (reconciler_.calls() > 0) {
      if (schedule_.happens(40)) return;
      exchange();
    } else {
      const auto due = reconciler_.due_at();
      if (!due || *due > now_ + a_moment) return;
      now_ = std::max(now_, *due);
    }
    reconciler_.work();
  }
}

/// One of the requests is read or lost, or its answer comes, or both.
void Simulation::exchange() {
  schedule_.begin_part();
  const std::size_t which = schedule_.choice().below(reconciler_.calls());
  if (!reconciler_.call(which).answer) {
    if (schedule_.happens(8)) meanwhile();
    if (schedule_.happens(100)) throw Crash{};
    const kube::Request& request = reconciler_.call(which).request();
    reconciler_.arrive(which, fate());
    note_release(request, reconciler_.call(which).answer->has_value());
    meanwhile();
    if (schedule_.happens(4)) return;
  }
  reconciler_.answer(which);
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
  pass(schedule_.next_answer_takes());
  if (schedule_.happens(8)) world_.surprise();
  oppose();
  if (schedule_.happens(2)) world_.work();
  if (schedule_.happens(2)) reconciler_.deliver([this] { return schedule_.rng().below(4); });
  if (schedule_.happens(40)) relist();
  if (schedule_.happens(40)) take_long();
  if (schedule_.happens(60)) throw Crash{};
}

Fate Simulation::fate() {
  if (!schedule_.happens(12)) return Fate::answered;
  return schedule_.rng().one_in(2) ? Fate::answer_lost : Fate::request_lost;
}

void Simulation::note_release(const kube::Request& request, bool answered) {
  const bool releases = request.verb == kube::Verb::patch && request.resource == kube::pods &&
                        request.body.contains(R"("$patch":"delete")");
  if (!releases || answered) return;
  ++unreleased_[nlohmann::json::parse(request.body).at("metadata").at("uid").get<std::string>()];
}

void Simulation::come_late() {
  const kube::Request request = std::move(in_flight_.back());
  in_flight_.pop_back();
  log("late: " + std::string(request.method()) + " " + request.target);
  comes_late_ = true;
  std::ignore = api_.answer(request, now_);
  comes_late_ = false;
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
  world_.start_nodes();
  constexpr int patience = 800;
  for (int i = 0; i < patience; ++i) {
    bool changed = world_.settle();
    reconciler_.deliver([] { return std::size_t{1'000'000}; });
    changed = reconciler_.work() || changed;
    changed = reconciler_.exchange_all() || changed;
    const auto due = reconciler_.due_at();
    if (!changed && !due) return;
    if (changed) {
      pass(schedule_.answers_take());
    } else {
      now_ = std::max(now_, *due);
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

/// One change of an object at a time; and without surge no turn of a rollout while pods are being made. A plan is
/// carried out as it was made, also if a user takes the surge away meanwhile.
void Simulation::check_begin(const daemonset::Action& action, const cache::Key& key,
                             const std::list<Call>& calls) const {
  const std::string object = daemonset::object_of(action);
  const auto* const deletion = std::get_if<daemonset::DeletePod>(&action);
  const bool outdated = deletion != nullptr && deletion->reason == daemonset::DeleteReason::outdated;
  const bool turn = outdated && !surges_.at(key.name);
  for (const Call& call : calls) {
    if (call.about != key || call.object.empty()) continue;
    if (call.object == object) throw Violation(key.name + ": two changes of " + object + " at one time");
    const bool creates = call.request().verb == kube::Verb::create;
    if (turn && creates) throw Violation(key.name + ": a pod goes while others are being made");
  }
}

/// Nothing runs on a node that does not exist; of any other, only its kubelet knows when a pod has ended.
void Simulation::check_deletion(const Call& call) {
  if (is_forced(call.request()) && !call.node_missing) {
    throw Violation("a pod is deleted without grace though nobody has said that its node has gone");
  }
}

/// Whatever the controller does not know yet: it never makes a second pod for a node. What a process had sent before it
/// crashed is excused only where the node had a pod before: of that one the next process may know nothing, and so give
/// the new pod another name. Not counted is a pod that has lost its labels if the process tried in vain to release it,
/// as often as it waits for that (`Retries::patience`).
void Simulation::check_create(const objects::DaemonPod& made) {
  count_creation(made);
  const bool first_of_all = inhabited_.insert(place_of(made)).second;
  const bool excused = comes_late_ && !first_of_all;
  if (excused) late_.insert(made.uid);
  if (excused || opponent_.is_there()) return;
  const objects::DaemonSet* set = api_.daemon_sets.find(made.controller->name);
  if (set == nullptr || set->uid != made.controller->uid || world_.confused(set->name)) return;
  int others = 0;
  for (const auto& [name, pod] : api_.pods.all()) {
    const bool same = pod.controller && place_of(pod) == place_of(made) && !pod.terminating && !pod.is_over();
    others += same && !late_.contains(pod.uid) && !was_given_up(*set, pod) ? 1 : 0;
  }
  if (others > (set->strategy.surges() ? 1 : 0)) throw Violation(set->name + ": one pod too many, " + made.name);
}

bool Simulation::was_given_up(const objects::DaemonSet& set, const objects::DaemonPod& stray) const {
  const auto tried = unreleased_.find(stray.uid);
  return tried != unreleased_.end() && tried->second >= daemonset::Retries::patience &&
         daemonset::claim_of(set, stray.controller, stray.labels) == daemonset::Claim::stray;
}

/// Whatever undoes its work: no node sees more than 20 creations of a DaemonSet in ten minutes, and a few more for each
/// process that took over in them. One that nobody has told that pods do not stay begins anew: it knows nothing of
/// those that the process before had made and that nobody can see any more.
void Simulation::count_creation(const objects::DaemonPod& made) {
  constexpr std::size_t most = 20;
  constexpr std::size_t more_if_told = 6;
  const auto is_past = [this](objects::Time at) { return at + std::chrono::minutes(10) <= now_; };
  std::deque<objects::Time>& times = creations_[place_of(made)];
  times.push_back(now_);
  while (is_past(times.front())) times.pop_front();
  while (!crashes_.empty() && is_past(crashes_.front().at)) crashes_.pop_front();
  std::size_t allowed = most;
  for (const PastCrash& crash : crashes_) allowed += crash.told.contains(made.controller->name) ? more_if_told : most;
  if (times.size() <= allowed) return;
  throw Violation(std::to_string(times.size()) + " creations for node " + made.target_node + " with " +
                  std::to_string(crashes_.size()) + " crashes");
}

}  // namespace everynode::simulation
