/// The webhook's cache of nodes, overlays and PriorityClasses.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/cluster/client.hpp"
#include "everynode/cluster/informer.hpp"
#include "everynode/kube/request.hpp"
#include "everynode/overlay/knowledge.hpp"
#include "everynode/protocol/watch_machine.hpp"
#include "mutate.hpp"
#include "node_lookup.hpp"

namespace everynode::webhook {

/// Receives what the cache does, for metrics and the log. Called on the event loop.
struct OverlayObserver {
  std::function<void(std::size_t nodes, std::size_t overlays)> known = [](std::size_t, std::size_t) {};
  /// A list or watch failed and will be tried again, or an object cannot be read.
  std::function<void(std::string_view resource, const std::string& problem)> failed = [](std::string_view,
                                                                                         const std::string&) {};
  /// Somebody wanted a node that was not known yet.
  std::function<void(Lookup)> looked_up = [](Lookup) {};
  /// The cluster's state was put back, as after the restore of a backup: everything is listed anew.
  std::function<void()> went_back = [] {};
};

/// One of the collections that the cache follows.
struct Followed {
  std::string_view resource;  ///< e.g. "nodes"
  bool current = false;       ///< it was listed, and nothing is wrong with its watch at the moment
};

/// Lists and watches on the event loop, and publishes each change. Must live until the loop has run out of work after
/// `stop`.
class OverlayCache {
 public:
  /// Throws std::runtime_error that says why the API server cannot be reached by this configuration.
  OverlayCache(boost::asio::any_io_executor executor, cluster::Config config, SharedKnown& published,
               OverlayObserver observer);

  void start();
  void stop();

  /// Asks for a node that is not known, as `NodeLookup::find`.
  void find(std::string name, std::chrono::milliseconds patience, NodeQuestions::Told told) {
    lookup_.find(std::move(name), patience, std::move(told));
  }

  /// All that it follows, or soon will.
  [[nodiscard]] std::vector<Followed> followed() const;

  /// What is not known yet, for people; empty once all has been listed.
  [[nodiscard]] std::string not_ready() const;

 private:
  struct Source;

  protocol::WatchConsumer overlay_consumer();
  protocol::WatchConsumer class_consumer();
  protocol::WatchConsumer node_consumer(std::uint64_t list);
  std::shared_ptr<Source> begin(kube::Collection collection, protocol::WatchConsumer consumer);
  void list_nodes();
  void end_nodes_before();
  void note_wishes();
  void start_over();
  void publish();

  boost::asio::any_io_executor executor_;
  cluster::Config config_;
  SharedKnown& published_;
  OverlayObserver observer_;
  NodeLookup lookup_;
  overlay::Knowledge knowledge_;
  std::shared_ptr<Source> overlays_;
  std::shared_ptr<Source> classes_;
  std::shared_ptr<Source> nodes_;
  std::shared_ptr<Source> nodes_before_;  ///< tells what it can until `nodes_` has listed all
  std::uint64_t node_lists_ = 0;          ///< how many sources of nodes there were
  std::uint64_t listed_nodes_ = 0;        ///< which of them has listed all; 0: none yet
  bool starts_over_ = false;
  bool stopped_ = false;
};

}  // namespace everynode::webhook
