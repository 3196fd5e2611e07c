/// The reconciler's shell without sockets: its watches lag, its answers get lost, and it writes one object after the
/// other with the machines of the real reconciler.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "everynode/cache/store.hpp"
#include "everynode/daemonset/plan.hpp"
#include "everynode/sync/batch.hpp"
#include "simulated_api.hpp"

namespace everynode::simulation {

/// What happens to a request.
enum class Fate : std::uint8_t {
  answered,
  answer_lost,   ///< the server did it
  request_lost,  ///< the server did not do it, but the reconciler cannot know
};

/// How the environment acts on the reconciler.
struct Surroundings {
  std::function<void()> meanwhile;  ///< called between a request and its answer; may throw Crash
  std::function<Fate(const kube::Request&)> fate;
  std::function<void(const daemonset::Snapshot&, const daemonset::Plan&)> judge;  ///< called with each plan
  std::function<void(const std::string&)> log;
  std::function<void(const kube::Request&)> sends;  ///< may throw Crash, and carry the request out later
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
};

class SimulatedReconciler {
 public:
  SimulatedReconciler(SimulatedApi& api, const objects::Time& now, Surroundings surroundings)
      : api_(api), now_(now), around_(std::move(surroundings)) {}

  /// Forgets everything and lists again.
  void start();

  /// Each watch gets up to `most` events (each list, so many objects).
  void deliver(const std::function<std::size_t()>& most);
  /// Lists one kind (0 to 3) again; `deliver` passes on its objects.
  void relist(int kind);

  /// Syncs the DaemonSets that are due. True if there were any.
  bool work();

  /// When time alone makes another sync due.
  [[nodiscard]] std::optional<objects::Time> due_at() const;
  [[nodiscard]] const cache::Store& store() const { return *store_; }

 private:
  template <class T>
  void list(Collection<T>& from, Stream<T>& stream);
  template <class T>
  void advance(Collection<T>& from, Stream<T>& stream, std::size_t most);
  void sync(const cache::Key& key);
  [[nodiscard]] bool sync_once(const cache::Key& key);
  [[nodiscard]] bool carry_out(const objects::DaemonSet& set, const daemonset::Plan& plan);
  /// Sends what the machine asks for, until it has ended.
  [[nodiscard]] sync::Result drive(sync::WriteMachine& machine, const cache::Key& key);
  [[nodiscard]] sync::Answer send(const kube::Request& request);

  SimulatedApi& api_;
  const objects::Time& now_;
  Surroundings around_;
  std::unique_ptr<cache::Store> store_;
  Stream<objects::Node> nodes_;
  Stream<objects::DaemonSet> daemon_sets_;
  Stream<objects::DaemonPod> pods_;
  Stream<objects::ControllerRevision> revisions_;
  std::set<cache::Key> again_;  ///< failed: to be tried again
  std::map<cache::Key, objects::Time> due_;
  bool started_ = false;
};

}  // namespace everynode::simulation
