/// Decides which events are written: it counts repeated events and limits floods.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "everynode/kube/reply.hpp"
#include "everynode/kube/request.hpp"
#include "everynode/protocol/lru.hpp"
#include "everynode/protocol/token_bucket.hpp"

namespace everynode::protocol {

using EventTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// The object that an event is about.
struct ObjectReference {
  std::string api_version;
  std::string kind;
  std::string namespace_;
  std::string name;
  std::string uid;
  std::string resource_version;
};

/// An event that `kubectl describe` shows.
struct Event {
  ObjectReference about;
  std::string type;  ///< "Normal" or "Warning"
  std::string reason;
  std::string message;
  EventTime time;
};

/// An event to write: a new object, or one that exists and happened again.
struct EventRecord {
  Event event;
  std::string name;
  EventTime first_time;
  unsigned count = 1;
};

/// Creates an Event object. For a record that was counted before, use it if the old object is gone.
[[nodiscard]] kube::Request create_event(const EventRecord& record, std::string_view component);
/// Increments the count of the existing Event object.
[[nodiscard]] kube::Request count_event(const EventRecord& record);
/// One of these two, depending on the record's count.
[[nodiscard]] kube::Request write_event(const EventRecord& record, std::string_view component);

/// What to do after an attempt to write an event.
enum class EventVerdict : std::uint8_t { written, create_instead, try_again, given_up };

[[nodiscard]] EventVerdict judge_event_write(kube::Verb verb, const kube::Outcome& outcome);

/// Works as client-go's correlator (requirements 6.7 and 6.8). Not thread-safe.
class EventCorrelator {
 public:
  struct Limits {
    std::size_t similar = 10;               ///< from this number on, similar events become one
    std::chrono::seconds similar_for{600};  ///< events further apart are not similar
    unsigned burst = 25;                    ///< per object and type, and per reason of Everynode's own
    std::chrono::seconds refill{300};       ///< one more event is allowed after this time
    std::size_t remembered = 4096;          ///< of each kind of key
  };

  EventCorrelator() : EventCorrelator(Limits{}) {}
  explicit EventCorrelator(Limits limits);

  /// nullopt: there were too many, so this event is not written.
  [[nodiscard]] std::optional<EventRecord> correlate(Event event);

 private:
  struct Similar {
    std::set<std::string> messages;
    EventTime last;
  };
  struct Written {
    std::string name;
    EventTime first_time;
    unsigned count = 0;
  };
  struct Spam {
    std::optional<TokenBucket<EventTime>> tokens;
  };

  [[nodiscard]] std::string aggregate(Event& event);
  [[nodiscard]] bool is_spam(const Event& event);

  Limits limits_;
  Lru<Similar> similar_;
  Lru<Written> written_;
  Lru<Spam> spam_;
};

}  // namespace everynode::protocol
