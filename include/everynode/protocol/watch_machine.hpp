/// List and watch as a machine without I/O: it says what to ask next and is told what came.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "everynode/codec/document.hpp"
#include "everynode/kube/continuity.hpp"
#include "everynode/kube/reply.hpp"
#include "everynode/protocol/backoff.hpp"
#include "everynode/protocol/watch_frame.hpp"
#include "everynode/protocol/watch_text.hpp"

namespace everynode::protocol {

enum class Change : std::uint8_t { added, modified, deleted };

/// An object of the API. Valid during the call that it is passed to.
struct Object {
  objects::ObjectMeta meta;
  std::string_view unreadable;  ///< what is wrong with it; empty: it is the one that `WatchConsumer::read` read last
};

/// Who keeps the objects. Called by the machine while it is told an answer.
struct WatchConsumer {
  /// Reads an object, of which the machine says in a moment what it means: most are read once, out of the line in which
  /// they came.
  ReadObject read;
  /// The same in protobuf. Empty: the resource is watched in JSON.
  ReadMessage read_protobuf = {};
  /// All objects will be named again. Comes again without an end if a list had to be started over.
  std::function<void()> begin_replacement;
  std::function<void(const Object&)> listed;
  /// The objects that were not named since the last begin are gone. Broken: what was named cannot come after what is
  /// known.
  std::function<kube::Continuity(std::string_view resource_version)> end_replacement;
  /// True: it was news. Heartbeats, which most events are, are none.
  std::function<bool(Change, const Object&)> changed;
  /// Nothing changed up to here (a bookmark).
  std::function<void(std::string_view resource_version)> progressed;
  /// A list, or a part of it, is asked for now. What does the consumer know from elsewhere, as from the answers to its
  /// own writes? The newest of it.
  std::function<kube::Witness()> before_list = [] { return kube::Witness{}; };
  /// The cluster's state was put back: what the consumer knows does not count any more, and a list follows.
  std::function<void()> went_back = [] {};
};

/// What went wrong with a question.
enum class WatchFailure : std::uint8_t {
  none,
  no_reply,      ///< no connection, broken, or silent
  refused,       ///< another status than 200, or an ERROR event
  expired,       ///< 410: what we asked for is no longer there
  malformed,     ///< an answer that cannot be read
  closed_early,  ///< a watch that the server closed at once, without an event
  stale,         ///< an answer that is older than what was known: the server is behind, or its state was put back
  went_back,     ///< the cluster's state was put back, as by the restore of a backup
};

/// "no_reply", ...: a label of metrics; "none" for none.
[[nodiscard]] std::string_view name_of(WatchFailure failure);

/// Not thread-safe.
class WatchMachine {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  static constexpr std::uint32_t page_size = 500;

  // What to do next. The answer to List goes to on_page, that to Verify to on_verified, the events of Watch to on_line
  // or on_frame, and its end to on_end.
  struct List {
    std::string continue_;
    bool operator==(const List&) const = default;
  };
  /// A list of one object, or of any one if its name is empty.
  struct Verify {
    kube::ObjectKey witness;
    bool operator==(const Verify&) const = default;
  };
  struct Watch {
    std::string resource_version;
    bool operator==(const Watch&) const = default;
  };
  struct Wait {
    std::chrono::milliseconds duration;
    bool operator==(const Wait&) const = default;
  };
  using Question = std::variant<List, Verify, Watch, Wait>;

  /// The seed decides the waits: different for each process.
  WatchMachine(WatchConsumer consumer, std::uint64_t seed);

  [[nodiscard]] Question next(Instant now);

  WatchFailure on_page(const kube::Outcome& outcome);
  WatchFailure on_verified(const kube::Outcome& outcome);
  /// False: this watch has nothing more to say, end it.
  [[nodiscard]] bool on_line(std::string_view line);
  /// The same for a watch that is answered in protobuf.
  [[nodiscard]] bool on_frame(std::string_view frame);
  WatchFailure on_end(const kube::Outcome& outcome, Instant now);
  /// How long what comes next may gather before it is read. To wake up for an event costs several times what the event
  /// does, so nobody does that for each heartbeat: once a watch had no news for a second, they are read in batches. So
  /// are events in crowds.
  [[nodiscard]] std::chrono::milliseconds gather_time(Instant now);

  /// Forgets how far it was: what was under way does not count any more, and a list follows.
  void start_over();

  /// What watches are best answered in; both are understood.
  [[nodiscard]] kube::Encoding watch_encoding() const {
    return consumer_.read_protobuf ? kube::Encoding::protobuf : kube::Encoding::json;
  }
  /// Whether a list has been complete once.
  [[nodiscard]] bool synced() const { return synced_; }
  /// The last one that the consumer was told; empty before the first list is complete.
  [[nodiscard]] const std::string& resource_version() const { return resource_version_; }
  /// What is wrong at this moment, for people; empty if nothing is.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  WatchFailure take_page(const std::string& body);
  WatchFailure take_verification(const std::string& body);
  WatchFailure stale(std::string_view version);
  WatchFailure went_back(std::string_view version);
  void remember(const objects::ObjectMeta& meta, bool deleted);
  WatchFailure closed(Instant now);
  WatchFailure refused(std::string_view what, const kube::Reply& reply);
  WatchFailure expired(std::string problem);

  bool take_event(const WatchLine& line);
  bool take_error(const WatchError& error);
  bool take_malformed(std::string problem);

  void list_again();
  WatchFailure fail(WatchFailure failure, std::string problem);
  void advance(std::string_view resource_version);

  WatchConsumer consumer_;
  Backoff backoff_;
  codec::Document document_;
  std::string text_;  ///< the line or the item being read

  /// Why the next question is whether the cluster's state goes on from what is known.
  enum class Doubt : std::uint8_t {
    none,
    connection,  ///< it broke: behind it the state may have been put back
    answer,      ///< it was older than what is known. An API server may be behind, so it is asked once more
  };

  bool listing_ = true;
  Doubt doubt_ = Doubt::none;
  bool asked_ = false;  ///< a list or a verification whose answer still counts
  bool synced_ = false;
  bool expired_before_ = false;  ///< 410, and no healthy watch since
  std::string continue_;
  std::string list_version_;  ///< of the first page
  std::string resource_version_;
  kube::Witness witness_;  ///< the newest object that a list or a watch has told
  kube::Witness known_;    ///< the newest at all when the list or the verification was asked for
  std::chrono::milliseconds wait_{0};
  Instant watch_began_;
  Instant last_news_;
  bool news_ = false;  ///< since `last_news_`
  Instant counting_since_;
  unsigned events_ = 0;                           ///< since `counting_since_`
  bool crowded_ = false;                          ///< they were many before
  bool event_came_ = false;                       ///< an event came since `watch_began_`
  WatchFailure broken_off_ = WatchFailure::none;  ///< why on_line ended the watch
  std::string problem_;
};

}  // namespace everynode::protocol
