/// Takes the startup taint off nodes whose DaemonSets are there (section 18 of the requirements).
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "everynode/cache/store.hpp"
#include "everynode/cluster/client.hpp"
#include "write_loop.hpp"

namespace everynode::reconciler {

using cluster::Awaitable;

struct NodeStartsObserver {
  std::function<void(const std::string& node)> started = [](const std::string&) {};
  std::function<void(const std::string& node, const std::string& problem)> failed = [](const std::string&,
                                                                                       const std::string&) {};
};

/// Not thread-safe: lives on the event loop of its client.
class NodeStarts {
 public:
  /// `taint`: its key; empty: there is nothing to do. `may_act`: whether anything may be written now.
  NodeStarts(const boost::asio::any_io_executor& executor, cluster::Client& client, const cache::Store& store,
             std::string_view taint, std::function<bool()> may_act, NodeStartsObserver observer);

  /// Looks at nodes with the taint, until `stop`.
  [[nodiscard]] Awaitable<void> run() { return loop_.run(); }
  void stop() { loop_.stop(); }
  [[nodiscard]] bool idle() const { return loop_.idle(); }

  /// This node is new or has changed.
  void saw(const objects::Node& node);
  /// Something has changed that nodes may wait for.
  void wake();

 private:
  [[nodiscard]] Awaitable<sync::Result> look_at(std::string node);
  [[nodiscard]] Awaitable<sync::Result> release(objects::Node node);

  cluster::Client& client_;
  const cache::Store& store_;
  std::string_view taint_;
  NodeStartsObserver observer_;
  std::set<std::string> waiting_;  ///< nodes with the taint
  WriteLoop loop_;
};

}  // namespace everynode::reconciler
