/// The live cache behind an inspection: the informers that fill a store. Private to `inspection`.
#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "everynode/cache/overlay_feed.hpp"
#include "everynode/cache/store.hpp"
#include "everynode/cluster/client.hpp"
#include "everynode/cluster/informer.hpp"
#include "everynode/daemonset/report.hpp"
#include "everynode/files/time_zones.hpp"
#include "everynode/inspection/failure.hpp"
#include "everynode/inspection/inspector.hpp"
#include "everynode/objects/event.hpp"
#include "inspection.hpp"

namespace everynode::inspection {

/// What is inspected.
struct Scope {
  std::string address;   ///< of the API server, for people
  cache::Key key;        ///< of a DaemonSet; without a name: all of the namespace; without a namespace: all
  bool follows = false;  ///< goes on watching once all is known

  [[nodiscard]] bool single() const { return !key.name.empty(); }
};

/// For one DaemonSet they ask for its own pods and revisions only, by its selector. A user who may not list nodes,
/// events, policies or overlays gets the rest. Not thread-safe; must live until the loop has run out of work after
/// `stop`.
class Feeds {
 public:
  Feeds(const boost::asio::any_io_executor& executor, cluster::Client& client, Scope scope);

  void start();
  /// The caller also closes the client, which ends the requests under way.
  void stop();

  /// True once every list has been complete.
  [[nodiscard]] bool synced() const;
  /// True if the DaemonSet does not exist, or no longer exists.
  [[nodiscard]] bool gone() const;
  /// True if something changed since the last call.
  [[nodiscard]] bool take_changed();
  /// True if `take_news` would tell something. Whoever looks at DaemonSets only need not hear of each node.
  [[nodiscard]] bool has_news() const { return news_.all || !news_.nodes.empty() || !news_.daemon_sets.empty(); }
  /// What is new since the last call.
  [[nodiscard]] News take_news();
  /// What is wrong at this moment.
  [[nodiscard]] std::optional<Failure> failure() const;
  /// Counts the failures so far.
  [[nodiscard]] std::size_t failures() const { return failures_; }

  [[nodiscard]] const Scope& scope() const { return scope_; }
  [[nodiscard]] const cache::Store& store() const { return store_; }
  /// Valid until something changes.
  [[nodiscard]] Seen seen() const;

 private:
  struct Source {
    std::optional<cluster::Informer> informer;
    std::optional<Failure> failure;  ///< the last one; it is over once the informer is in no trouble
    bool needed = true;              ///< false: who may not see it gets the rest
    bool listed = false;             ///< by somebody who may
    bool followed = false;           ///< a watch was begun by somebody who may
    std::string unseen;              ///< why it may not be seen; empty: it may, or that is not known yet
    std::map<std::string, Failure, std::less<>> unreadable;  ///< what came last of these objects, by uid

    [[nodiscard]] bool settled() const { return !unseen.empty() || (informer && informer->synced()); }
  };

  [[nodiscard]] cluster::Awaitable<void> run();
  void begin(Source& source, kube::Collection collection, protocol::WatchConsumer consumer);
  void begin_others();
  void see(Source& source, std::string_view version);
  void do_without(Source& source, std::string why);
  void all_changed();
  void spawn(Source& source);
  void note(Source& source, protocol::WatchFailure kind, const kube::Request& request, const kube::Outcome& outcome);
  [[nodiscard]] auto sources(this auto& self) {
    return std::array{&self.daemon_sets_, &self.nodes_,    &self.pods_,     &self.revisions_,
                      &self.events_,      &self.policies_, &self.overlays_, &self.classes_};
  }

  template <class Object>
  cache::Feed<Object> feed(Source& source, std::string_view kind);
  protocol::WatchConsumer node_consumer();
  protocol::WatchConsumer event_consumer();
  protocol::WatchConsumer policy_consumer();
  cache::OverlayHooks overlay_hooks(std::function<void()> also);
  void want_classes();
  bool note_changes();
  void start_over();

  boost::asio::any_io_executor executor_;
  cluster::Client& client_;
  Scope scope_;
  cache::Store store_{rollout::TimeZones(files::load_time_zone), {.switches = cache::Obedience::as_observed}};
  daemonset::NotReadyNodes not_ready_;
  std::map<std::string, objects::Event> events_by_uid_;
  std::map<std::string, objects::Event> listed_events_;  ///< of the list that is on its way
  std::string uid_;                                      ///< of the one DaemonSet
  Source daemon_sets_;
  Source nodes_;
  Source pods_;
  Source revisions_;
  Source events_;
  Source policies_;
  Source overlays_;
  Source classes_;  ///< PriorityClasses, where an overlay names one
  News news_;       ///< nobody but `take_news` takes it, so it is bounded by what there is
  bool others_begun_ = false;
  bool changed_ = false;
  bool stopped_ = false;
  std::size_t failures_ = 0;
};

}  // namespace everynode::inspection
