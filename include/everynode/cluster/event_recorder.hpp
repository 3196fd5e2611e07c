/// Writes events, as well as it can: nothing ever waits for them.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <string>

#include "everynode/cluster/client.hpp"
#include "everynode/protocol/event_correlator.hpp"

namespace everynode::cluster {

/// What became of events, for metrics and the log. Called on the event loop.
struct EventObserver {
  std::function<void()> dropped = [] {};  ///< the queue was full, or the object has too many
  /// An event was not written; `outcome` is that of the last attempt.
  std::function<void(const kube::Request&, const kube::Outcome& outcome)> failed = [](const kube::Request&,
                                                                                      const kube::Outcome&) {};
};

/// Queue, attempts and their distance are client-go's (requirement 6.8). Not thread-safe; must live until
/// `run` has ended.
class EventRecorder {
 public:
  EventRecorder(const boost::asio::any_io_executor& executor, Client& client, std::string component,
                EventObserver observer = {});

  /// Never blocks: an event that finds no room is dropped.
  void record(protocol::Event event);

  /// Writes what is recorded, one after the other, until `stop`.
  [[nodiscard]] Awaitable<void> run();

  /// What is still queued is not written.
  void stop();

 private:
  [[nodiscard]] Awaitable<void> write(const protocol::EventRecord& record);

  Client& client_;
  std::string component_;
  EventObserver observer_;
  protocol::EventCorrelator correlator_;
  std::deque<protocol::Event> queue_;
  boost::asio::steady_timer timer_;
  bool idle_ = false;  ///< waits for an event, not for the next attempt
  bool stopped_ = false;
};

}  // namespace everynode::cluster
