/// Writes events if it can: nothing ever waits for them.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <string>

#include "everynode/cluster/client.hpp"
#include "everynode/protocol/event_correlator.hpp"

namespace everynode::cluster {

/// Receives what happens to events, for metrics and the log. Called on the event loop.
struct EventObserver {
  std::function<void()> dropped = [] {};  ///< the queue was full, or the object has too many events
  /// An event was not written; `outcome` is that of the last attempt.
  std::function<void(const kube::Request&, const kube::Outcome& outcome)> failed = [](const kube::Request&,
                                                                                      const kube::Outcome&) {};
};

/// Queue, attempts and the time between them are client-go's (requirement 6.8). Not thread-safe; must live until `run`
/// has ended.
class EventRecorder {
 public:
  EventRecorder(const boost::asio::any_io_executor& executor, Client& client, std::string component,
                EventObserver observer = {});

  /// Never blocks: drops the event if the queue is full.
  void record(protocol::Event event);

  /// Writes recorded events, one after the other, until `stop`.
  [[nodiscard]] Awaitable<void> run();

  /// Drops the events that are still queued.
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
