/// The shell of the reconciler without its sockets: watches that lag, one write after the other, answers that get lost.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "everynode/cache/store.hpp"
#include "everynode/core/plan.hpp"
#include "simulated_api.hpp"

namespace everynode::simulation {

/// What the controller's surroundings do to it.
struct Surroundings {
  std::function<void()> meanwhile;  ///< called between a write and its answer; may throw Crash
  std::function<bool()> loses;      ///< whether an answer is lost
  std::function<void(const core::Snapshot&, const core::Plan&)> judge;  ///< called with each plan
  std::function<void(const std::string&)> log;
  std::function<void(const std::string&)>
      sends;  ///< called with the body of a pod; may throw Crash, and create it later
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

class SimulatedController {
 public:
  SimulatedController(SimulatedApi& api, const core::Time& now, Surroundings surroundings)
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
  [[nodiscard]] std::optional<core::Time> due_at() const;
  [[nodiscard]] const cache::Store& store() const { return *store_; }

 private:
  friend class Executor;

  template <class T>
  void list(Collection<T>& from, Stream<T>& stream);
  template <class T>
  void advance(Collection<T>& from, Stream<T>& stream, std::size_t most);
  void sync(const cache::Key& key);
  [[nodiscard]] bool sync_once(const cache::Key& key);
  void write_status(const cache::Key& key, const core::DaemonSet& set, const core::StatusChange& change);

  /// Asks until there is an answer. Each write is safe to repeat: it names what it creates, and the UID of what it
  /// changes.
  template <class Question>
  auto ask(Question question) {
    for (;;) {
      auto answer = question();
      around_.meanwhile();
      if (!around_.loses()) return answer;
    }
  }

  SimulatedApi& api_;
  const core::Time& now_;
  Surroundings around_;
  std::unique_ptr<cache::Store> store_;
  Stream<core::Node> nodes_;
  Stream<core::DaemonSet> daemon_sets_;
  Stream<core::DaemonPod> pods_;
  Stream<core::ControllerRevision> revisions_;
  std::set<cache::Key> again_;  ///< failed: to be tried again
  std::map<cache::Key, core::Time> due_;
  bool started_ = false;
};

}  // namespace everynode::simulation
