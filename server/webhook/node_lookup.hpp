/// Asks the API server for single nodes that the cache does not have yet. Private to `webhook`.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "everynode/cluster/config.hpp"
#include "node_questions.hpp"

namespace everynode::webhook {

class NodeLookup {
 public:
  /// `counted` is called on the event loop for each who is told something.
  NodeLookup(const boost::asio::any_io_executor& executor, cluster::Config config, std::function<void(Lookup)> counted);
  ~NodeLookup();
  NodeLookup(const NodeLookup&) = delete;
  NodeLookup& operator=(const NodeLookup&) = delete;

  /// From any thread. `told` is called once, on the event loop, after `patience` at the latest; never if the loop ends
  /// before that.
  void find(std::string name, std::chrono::milliseconds patience, NodeQuestions::Told told);

  /// On the event loop. Who waits is told that nothing comes, and so is everybody from then on.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace everynode::webhook
