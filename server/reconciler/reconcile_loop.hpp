/// The reconciler: keeps a store of the cluster, makes plans from it, and carries them out.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "everynode/cache/feed.hpp"
#include "everynode/cache/store.hpp"
#include "everynode/cluster/client.hpp"
#include "everynode/cluster/event_recorder.hpp"
#include "everynode/cluster/informer.hpp"
#include "everynode/daemonset/switch_remarks.hpp"
#include "everynode/kube/shard.hpp"
#include "everynode/protocol/work_queue.hpp"
#include "everynode/sync/guard.hpp"
#include "everynode/sync/sync_machine.hpp"
#include "executor.hpp"
#include "node_starts.hpp"
#include "overlay_statuses.hpp"
#include "policy_statuses.hpp"

namespace everynode::reconciler {

struct ReconcileLoopSettings {
  daemonset::Mode mode = daemonset::Mode::takeover;
  bool minds_nodes = true;            ///< requirements 17.1 to 17.3
  std::string_view startup_taint{};   ///< its key, which lives as long as the process; empty: none
  std::size_t concurrent_syncs = 16;  ///< DaemonSets worked on at one time
  daemonset::WriteConditions conditions = daemonset::WriteConditions::yes;
  bool overlays = false;  ///< fit the pods that it makes to their nodes, and compare those that there are
  bool streams = false;   ///< begin watches with all objects where the server has that, and not with lists
  std::string component = "daemonset-controller";  ///< the source of its events, as users know it
  std::optional<kube::Shard> shard = {};           ///< the namespaces that it knows and acts for; nullopt: all
};

/// Receives what the controller does, for metrics and the log. Called on the event loop.
struct ReconcileLoopObserver {
  ExecutorObserver actions;
  cluster::EventObserver events;
  std::function<void(const kube::Resource&)> listed = [](const kube::Resource&) {};
  std::function<void(const kube::Resource&)> watched = [](const kube::Resource&) {};
  std::function<void(const kube::Resource&, protocol::WatchFailure, const std::string& problem)> watch_failed =
      [](const kube::Resource&, protocol::WatchFailure, const std::string&) {};
  /// An object that cannot be read keeps its last known state.
  std::function<void(const kube::Resource&, const std::string& object, const std::string& problem)> undecodable =
      [](const kube::Resource&, const std::string&, const std::string&) {};
  std::function<void(const cache::Key&, std::chrono::nanoseconds waited, std::chrono::nanoseconds took, bool failed)>
      synced = [](const cache::Key&, std::chrono::nanoseconds, std::chrono::nanoseconds, bool) {};
  /// A step beside the actions failed, e.g. writing the status; it will be tried again.
  std::function<void(const cache::Key&, const std::string& problem)> failed = [](const cache::Key&,
                                                                                 const std::string&) {};
  /// The status of a policy cannot be written; it will be tried again.
  std::function<void(const cache::Key&, const std::string& problem)> policy_failed = [](const cache::Key&,
                                                                                        const std::string&) {};
  /// The same for an overlay's.
  std::function<void(const cache::Key&, const std::string& problem)> overlay_failed = [](const cache::Key&,
                                                                                         const std::string&) {};
  NodeStartsObserver node_starts = {};
  /// Another controller acts for the DaemonSet, which is left to it.
  std::function<void(const cache::Key&, const std::string& manager)> rival = [](const cache::Key&, const std::string&) {
  };
  /// The cluster's state was put back, e.g. from a backup: everything that was known is forgotten.
  std::function<void()> went_back = [] {};
  /// Another client may be a controller. The DaemonSet waits until we know.
  std::function<void(const cache::Key&, const std::string& manager)> suspect = [](const cache::Key&,
                                                                                  const std::string&) {};
};

/// Not thread-safe: use it only on the event loop of its clients.
class ReconcileLoop {
 public:
  ReconcileLoop(const boost::asio::any_io_executor& executor, cluster::Client& client, ReconcileLoopSettings settings,
                ReconcileLoopObserver observer, std::uint64_t seed);
  ReconcileLoop(const ReconcileLoop&) = delete;
  ReconcileLoop& operator=(const ReconcileLoop&) = delete;

  /// Begins to watch. It writes nothing before `lead`.
  void start();

  /// From now on it writes while `may_act` returns true.
  void lead(std::function<bool()> may_act);
  /// The cluster's state was put back: forgets everything, reports it, and does nothing before everything is listed
  /// again.
  void start_over();
  /// Begins nothing more.
  void stop();
  /// Whether nothing of ours is on its way any more.
  [[nodiscard]] bool idle() const {
    return active_ == 0 && status_writes_ == 0 && policies_.idle() && overlays_.idle() && starts_.idle();
  }
  /// Whether nothing of it runs any more, after `stop`: watches end with their client's connections.
  [[nodiscard]] bool ended() const { return running_ == 0; }

  /// Whether all lists have been seen.
  [[nodiscard]] bool synced() const;
  /// What is wrong with the watches, for people; empty if nothing is.
  [[nodiscard]] std::string problem() const;

  [[nodiscard]] const cache::Store& store() const { return store_; }
  [[nodiscard]] protocol::WorkQueue::Figures queue() const;
  [[nodiscard]] std::size_t rivalled() const;

 private:
  using Instant = protocol::WorkQueue::Instant;

  using SyncMachine = sync::SyncMachine;
  struct Sync;

  /// One for each kind of object that is kept in the store.
  void add_informers(cluster::Client& client, std::uint64_t seed);
  void add_overlay_informers(cluster::Client& client, std::uint64_t seed);
  void add_informer(cluster::Client& client, const kube::Resource& resource, protocol::WatchConsumer consumer,
                    std::uint64_t seed);
  void spawn(Awaitable<void> coroutine);
  [[nodiscard]] Awaitable<void> counted(Awaitable<void> coroutine);
  protocol::WatchConsumer policy_consumer();
  template <class Object>
  cache::Feed<Object> feed(const kube::Resource& resource);
  cluster::InformerObserver informer_observer(const kube::Resource& resource);

  /// Whether another controller would be a rival: beside the in-tree one it is the partner.
  [[nodiscard]] bool is_guarded() const { return settings_.mode == daemonset::Mode::takeover; }
  void watch_for_rivals(const objects::DaemonPod& pod);
  void watch_for_rivals(const objects::DaemonSet& daemon_set);
  void give_way(const cache::Key& key, const objects::DaemonSet& daemon_set, const std::string& manager,
                sync::Rivalry rivalry);
  /// True if there were any.
  bool enqueue_touched(bool urgent = false);
  void enqueue_all();
  void announce_restore();
  [[nodiscard]] bool may_act() const;
  /// The same for one DaemonSet: no other controller is at work for it.
  [[nodiscard]] bool may_act_for(const cache::Key& key) const;

  [[nodiscard]] Awaitable<void> dispatch();
  [[nodiscard]] Awaitable<void> sync(std::string name, protocol::WorkQueue::Duration waited);
  [[nodiscard]] Awaitable<SyncMachine::End> reconcile(cache::Key key);
  [[nodiscard]] SyncMachine::Step next_step(Sync& sync);
  void plan_for(Sync& sync, daemonset::StatusWanted status);
  void begin(Sync& sync, daemonset::Action action, bool rolls);
  [[nodiscard]] Awaitable<sync::Result> write_status(const cache::Key& key, const objects::DaemonSet& daemon_set,
                                                     const daemonset::StatusChange& change);
  [[nodiscard]] Awaitable<void> write_status_beside(cache::Key key, objects::DaemonSet daemon_set,
                                                    daemonset::StatusChange change);
  [[nodiscard]] cache::Conduct conduct() const;
  // What is new to be told of switches.
  void tell_of_switches(const objects::DaemonSet& daemon_set);
  void tell_of_switches(const objects::Node& node);
  [[nodiscard]] bool is_news(const std::string& uid, const std::optional<daemonset::SwitchRemark>& remark);
  void warn_that_it_selects_all(const objects::DaemonSet& daemon_set);

  boost::asio::any_io_executor executor_;
  ReconcileLoopSettings settings_;
  ReconcileLoopObserver observer_;
  cache::Store store_;
  protocol::WorkQueue queue_{{.retry_cap = std::chrono::seconds(30)}};
  sync::Guard guard_;
  cluster::EventRecorder events_;
  Executor actions_;
  PolicyStatuses policies_;
  OverlayStatuses overlays_;
  NodeStarts starts_;
  std::map<cache::Key, sync::SyncPace> paces_;
  std::map<std::string, std::string> told_;  ///< of switches, by UID
  std::size_t status_writes_ = 0;            ///< status writes under way beside the actions
  std::deque<cluster::Informer> informers_;
  boost::asio::steady_timer wake_;
  std::function<bool()> leads_;
  std::size_t active_ = 0;
  std::size_t running_ = 0;  ///< coroutines that have not ended
  bool dispatching_ = false;
  std::optional<Instant> announced_restore_;  ///< when the cluster's state was last said to have gone back
};

}  // namespace everynode::reconciler
