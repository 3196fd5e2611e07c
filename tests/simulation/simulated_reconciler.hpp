/// The shell of the reconciler without its sockets: watches that lag, one write after the other, by the machines that
/// the real one drives too; answers that get lost.
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

/// What becomes of one request.
enum class Fate : std::uint8_t {
  answered,
  answer_lost,   ///< it was done
  request_lost,  ///< it was not, but nobody can tell
};

/// What the controller's surroundings do to it.
struct Surroundings {
  std::function<void()> meanwhile;  ///< called between a request and its answer; may throw Crash
  std::function<Fate(const kube::Request&)> fate;
  std::function<void(const daemonset::Snapshot&, const daemonset::Plan&)> judge;  ///< called with each plan
  std::function<void(const std::string&)> log;
  std::function<void(const kube::Request&)> sends;  ///< may throw Crash, and have it done later
};

/// The process ends here. What it knew is gone.
struct Crash {};

/// How far one watch has come, or the list that is being read in its place.
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

  /// Forgets all and lists everything.
  void start();

  /// Each watch gets up to `most` events (of a list, objects).
  void deliver(const std::function<std::size_t()>& most);
  /// One kind (0 to 3) is listed again; `deliver` brings what is in the list.
  void relist(int kind);

  /// Syncs what is due. True if there was anything.
  bool work();

  /// When there is something to do by time alone.
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
  /// Asks what the machine asks, until it has ended.
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
