/// The reconciler's shell without sockets: its watches lag, its requests and their answers travel as others decide,
/// and what it does in between is done by the machines of the real reconciler.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "everynode/cache/store.hpp"
#include "everynode/daemonset/authority.hpp"
#include "everynode/daemonset/plan.hpp"
#include "everynode/protocol/work_queue.hpp"
#include "everynode/sync/batch.hpp"
#include "everynode/sync/sync_machine.hpp"
#include "simulated_api.hpp"

namespace everynode::simulation {

/// What happens to a request.
enum class Fate : std::uint8_t {
  answered,
  answer_lost,   ///< the server did it
  request_lost,  ///< the server did not do it, but the reconciler cannot know
};

/// A request on its way to the API server, or its answer on the way back.
struct Call {
  cache::Key about;    ///< the DaemonSet, or the policy
  std::string object;  ///< of the action (`daemonset::object_of`); empty: of none
  std::unique_ptr<sync::WriteMachine> machine;
  std::function<void(const sync::Result&)> on_end;
  std::optional<sync::Answer> answer = {};  ///< nullopt: the server has not read the request yet
  bool node_missing = false;                ///< the server has said of a node that there is none

  [[nodiscard]] const kube::Request& request() const { return std::get<kube::Request>(machine->next()); }
};

/// How the environment acts on the reconciler.
struct Surroundings {
  std::function<void()> meanwhile;  ///< called while it lists; may throw Crash
  /// Called with each plan, and what the reconciler takes for the time.
  std::function<void(const daemonset::Snapshot&, const daemonset::Plan&, objects::Time now)> judge;
  /// Called before an action begins, with all that is on its way.
  std::function<void(const daemonset::Action&, const cache::Key&, const std::list<Call>&)> begins;
  /// Called before the server carries out a deletion.
  std::function<void(const Call&)> deletes = [](const Call&) {};
  std::function<void(const std::string&)> log;
};

/// The process ends here and loses what it knew.
struct Crash {};

/// The position of a watch, or of the list that replaces it.
template <class T>
struct Stream {
  std::size_t position = 0;
  std::vector<T> listed;
  std::size_t next = 0;
  std::string version;
  bool listing = false;
  bool streams = false;  ///< it ends only after changes that came meanwhile
};

class SimulatedReconciler {
 public:
  using Instant = sync::SyncMachine::Instant;

  SimulatedReconciler(SimulatedApi& api, const objects::Time& now, Surroundings surroundings);

  daemonset::Mode mode = daemonset::Mode::takeover;
  bool knows_policies = true;
  bool knows_overlays = false;
  objects::Time::duration clock_error{0};  ///< what its clock shows more than the others'

  /// Forgets everything and lists again.
  void start();
  /// The process ends. Returns the writes that the server has not read.
  [[nodiscard]] std::vector<kube::Request> crash();

  /// Each watch gets up to `most` events (each list, so many objects).
  void deliver(const std::function<std::size_t()>& most);
  /// Lists one kind (0 to 4) again; `deliver` passes on its objects.
  void relist(int kind);

  /// Does what is due, as far as that needs no answer. True if it did anything.
  bool work();

  /// What is on its way.
  [[nodiscard]] std::size_t calls() const { return calls_.size(); }
  [[nodiscard]] const Call& call(std::size_t index) const;
  /// The server reads the request.
  void arrive(std::size_t index, Fate fate);
  /// The answer comes, and perhaps another request goes.
  void answer(std::size_t index);
  /// Everything that is on its way arrives and is answered. True if there was anything.
  bool exchange_all();

  /// When time alone makes it do something.
  [[nodiscard]] std::optional<objects::Time> due_at() const;
  [[nodiscard]] const cache::Store& store() const { return *store_; }
  /// What it takes for the time.
  [[nodiscard]] objects::Time clock() const { return now_ + clock_error; }

 private:
  /// One sync under way.
  struct Sync {
    cache::Key key;
    sync::SyncMachine machine;
    std::shared_ptr<sync::Batch> batch = {};  ///< of the last plan
    std::unique_ptr<sync::Preparation> preparation = {};
    std::uint64_t setbacks = 0;  ///< when the last plan was made
    std::optional<Instant> waits_until = {};
    bool busy = false;  ///< goes on when something in particular has ended
  };

  template <class T>
  void list(Collection<T>& from, Stream<T>& stream);
  template <class T>
  void advance(Collection<T>& from, Stream<T>& stream, std::size_t most);
  void list_overlays();
  void advance_overlays(std::size_t most);
  void put(const objects::Node& node);
  template <class T>
  void put(const T& object) {
    store_->put(object);
  }
  void enqueue_touched(bool urgent);

  [[nodiscard]] Instant instant() const { return Instant(now_.time_since_epoch()); }
  bool resume();
  void go_on(Sync& sync);
  [[nodiscard]] bool take(Sync& sync, sync::SyncMachine::Step& step);
  void plan_for(Sync& sync, daemonset::StatusWanted status);
  void prepare(Sync& sync);
  void begin(Sync& sync, daemonset::Action action, bool rolls);
  void write_status(Sync& sync, const daemonset::StatusChange& change);
  void write_status_beside(Sync& sync, const daemonset::StatusChange& change);
  void end(Sync& sync, const sync::SyncMachine::End& end);
  bool write_policy_statuses();
  void write_policy_status(const std::string& name);
  /// Sends the first request, if the machine has any.
  void send(Call call);
  /// True: the machine has ended, and so has the call.
  [[nodiscard]] bool has_ended(Call& call);
  void apply(Call& call);

  SimulatedApi& api_;
  const objects::Time& now_;
  Surroundings around_;
  std::unique_ptr<cache::Store> store_;
  Stream<objects::Node> nodes_;
  Stream<objects::DaemonSet> daemon_sets_;
  Stream<objects::DaemonPod> pods_;
  Stream<objects::ControllerRevision> revisions_;
  Stream<objects::RolloutPolicy> policies_;
  std::size_t overlays_seen_ = 0;  ///< of the log
  std::list<Call> calls_;
  protocol::WorkQueue queue_;
  protocol::WorkQueue policy_queue_;
  std::map<cache::Key, sync::SyncPace> paces_;
  std::map<cache::Key, Sync> syncs_;
  bool started_ = false;
};

}  // namespace everynode::simulation
