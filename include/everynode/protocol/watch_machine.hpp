/// List and watch as a machine without I/O: it says what to ask next, and takes the answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "everynode/codec/document.hpp"
#include "everynode/kube/continuity.hpp"
#include "everynode/kube/reply.hpp"
#include "everynode/kube/shard.hpp"
#include "everynode/protocol/backoff.hpp"
#include "everynode/protocol/watch_frame.hpp"
#include "everynode/protocol/watch_text.hpp"

namespace everynode::protocol {

enum class Change : std::uint8_t { added, modified, deleted };

/// An object of the API. Valid during the call that it is passed to.
struct Object {
  objects::ObjectMeta meta;
  std::string_view unreadable;  ///< what is wrong with it; empty: it is the object that `WatchConsumer::read` read last
};

/// Keeps the objects. The machine calls it while it handles an answer.
struct WatchConsumer {
  /// Reads an object; the machine says right afterwards what it means. Most objects are read once, where they stand in
  /// their line.
  ReadObject read;
  /// The same in protobuf. Empty: the resource is listed and watched in JSON.
  ReadMessage read_protobuf = {};
  /// All objects will be listed again. This comes a second time without an end if a list has to start over. Until the
  /// end, `changed` may tell of a deletion: the object counts as not listed.
  std::function<void()> begin_replacement;
  std::function<void(const Object&)> listed;
  /// Objects that were not listed since the last begin are gone. `broken`: the list cannot be newer than what is known.
  std::function<kube::Continuity(std::string_view resource_version)> end_replacement;
  /// Returns true if the event was news. Heartbeats, which most events are, are not news.
  std::function<bool(Change, const Object&)> changed;
  /// Nothing changed up to this version (a bookmark).
  std::function<void(std::string_view resource_version)> progressed;
  /// Called before a list, or a part of it, is asked for. Returns the newest object that the consumer knows from
  /// elsewhere, e.g. from the answers to its own writes.
  std::function<kube::Witness()> before_list = [] { return kube::Witness{}; };
  /// The API server may not know the resource (404), as long as its CustomResourceDefinition is not installed: then
  /// there are no objects of it, and nothing is wrong. Nor are there any as long as nobody may list it (403) and
  /// nothing was ever listed; that is a failure.
  bool may_be_absent = false;
  /// A watch that begins with all objects takes the place of lists, where the server has that (WatchList). Not for what
  /// may be absent. Of a shard there are lists only: nothing in a watch says that the server shards.
  bool streams = false;
  /// The request selects this shard, and the server must say that it obeys. What is of another one is dropped.
  std::optional<kube::Shard> shard = {};
  /// The cluster's state was put back: what the consumer knows does not count any more, and a list follows.
  std::function<void()> went_back = [] {};
};

/// Why a request failed.
enum class WatchFailure : std::uint8_t {
  none,
  no_reply,      ///< no connection, a broken one, or silence
  refused,       ///< a status other than 200, or an ERROR event
  expired,       ///< 410: the version or page that we asked for is gone
  malformed,     ///< an answer that cannot be read
  closed_early,  ///< a watch that the server closed at once, without an event, or before it had told all objects
  stale,         ///< an answer older than what was known: the server is behind, or its state was put back
  went_back,     ///< the cluster's state was put back, e.g. from a backup
  not_sharded,   ///< the server did not obey the shardSelector: waiting does not help
};

/// "no_reply", ...: a label of metrics; "none" for none.
[[nodiscard]] std::string_view name_of(WatchFailure failure);

/// Not thread-safe.
class WatchMachine {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  static constexpr std::uint32_t page_size = 500;
  /// A resource that the API server does not know is asked for so often.
  static constexpr std::chrono::seconds absent_interval{10};
  /// After so long a silence among the first events of a stream, pages follow; a server where that happens twice in a
  /// row counts as one that has no streams.
  static constexpr std::chrono::seconds stream_patience{10};

  // What to do next. The answer to List goes to on_page, the answer to Verify to on_verified. That Stream or Watch was
  // answered with 200 goes to on_accepted, its events to on_line or on_frame, and its end to on_end.
  struct List {
    std::string continue_;
    bool operator==(const List&) const = default;
  };
  /// A list of this object, or of any one object if the name is empty.
  struct Verify {
    kube::ObjectKey witness;
    bool operator==(const Verify&) const = default;
  };
  /// A watch that begins with all objects.
  struct Stream {
    bool operator==(const Stream&) const = default;
  };
  struct Watch {
    std::string resource_version;
    bool operator==(const Watch&) const = default;
  };
  struct Wait {
    std::chrono::milliseconds duration;
    bool operator==(const Wait&) const = default;
  };
  using Question = std::variant<List, Verify, Stream, Watch, Wait>;

  /// The seed decides how long the machine waits: use a different one for each process.
  WatchMachine(WatchConsumer consumer, std::uint64_t seed);

  [[nodiscard]] Question next(Instant now);

  WatchFailure on_page(const kube::Outcome& outcome);
  WatchFailure on_verified(const kube::Outcome& outcome);
  /// Ends a problem: a resource that does not change sends no event for a minute, or never.
  void on_accepted();
  /// False: end this watch.
  [[nodiscard]] bool on_line(std::string_view line);
  /// The same for a watch in protobuf.
  [[nodiscard]] bool on_frame(std::string_view frame);
  WatchFailure on_end(const kube::Outcome& outcome, Instant now);
  /// How long the next events may gather before they are read. Waking up for an event costs several times what the
  /// event does, so we do not wake up for each heartbeat: once a watch had no news for a second, we read events in
  /// batches. We also read many events in a short time in batches.
  [[nodiscard]] std::chrono::milliseconds gather_time(Instant now);

  /// How long the watch may be silent before it counts as broken; nullopt: as long as any.
  [[nodiscard]] std::optional<std::chrono::seconds> patience() const;

  /// Forgets the machine's progress: answers under way do not count any more, and a list follows.
  void start_over();

  /// The preferred encoding of lists and watches; both are understood.
  [[nodiscard]] kube::Encoding encoding() const {
    return consumer_.read_protobuf ? kube::Encoding::protobuf : kube::Encoding::json;
  }
  /// Whether a list, or the first part of a stream, has been completed once.
  [[nodiscard]] bool synced() const { return synced_; }
  /// The last version that the consumer knows; empty before the first list is complete.
  [[nodiscard]] const std::string& resource_version() const { return resource_version_; }
  /// What is wrong at the moment, for people; empty if nothing is.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  WatchFailure take_page(const kube::Reply& reply);
  [[nodiscard]] std::expected<ListMeta, codec::Mistake> read_items(const kube::Reply& reply);
  void take_item(const objects::ObjectMeta& meta, std::string_view unreadable);
  WatchFailure take_absence();
  WatchFailure take_verification(const std::string& body);
  WatchFailure take_all(std::string version);
  bool take_initial(const WatchLine& line);
  bool take_initial_end(std::string_view version);
  WatchFailure cut_short(const kube::Outcome& outcome);
  [[nodiscard]] bool may_stream() const;
  WatchFailure stale(std::string_view version);
  WatchFailure went_back(std::string_view version);
  void remember(const objects::ObjectMeta& meta, bool deleted);
  WatchFailure closed(Instant now);
  WatchFailure broken(std::string why);
  WatchFailure without_a_word();
  WatchFailure refused(std::string_view what, const kube::Reply& reply);
  WatchFailure expired(std::string problem);

  /// What the server sent is not what the shardSelector selects.
  WatchFailure not_sharded(std::string problem);
  [[nodiscard]] bool is_foreign(const objects::ObjectMeta& meta) const;
  bool take_event(const WatchLine& line);
  bool take_error(const WatchError& error);
  bool take_malformed(std::string problem);

  void list_again();
  WatchFailure fail(WatchFailure failure, std::string problem);
  void advance(std::string_view resource_version);
  [[nodiscard]] Backoff& backoff() { return watching_ ? watches_backoff_ : lists_backoff_; }

  WatchConsumer consumer_;
  /// A series of failures of its own: one list that fails after many broken watches is asked for again soon. And a
  /// list that succeeds makes no watch begin sooner that ends at once each time.
  Backoff lists_backoff_;
  Backoff watches_backoff_;
  codec::Document document_;
  std::string text_;  ///< the line or the item being read

  /// Why the machine has to ask next whether the cluster's state is the continuation of what it knows.
  enum class Doubt : std::uint8_t {
    none,
    connection,  ///< the connection broke: meanwhile the state may have been put back
    answer,      ///< an answer was older than what is known. The API server may be behind, so we ask once more
  };

  bool listing_ = true;
  Doubt doubt_ = Doubt::none;
  bool asked_ = false;     ///< a list or a verification is under way, and its answer counts
  bool watching_ = false;  ///< what was asked for last is a watch or a stream, not a list
  bool synced_ = false;
  bool streaming_ = false;       ///< a stream is under way, and has not told all yet
  bool no_streams_ = false;      ///< the server has none
  unsigned silences_ = 0;        ///< how many streams in a row fell silent before they had told all
  unsigned cuts_ = 0;            ///< how many streams broke off in a row after they had begun
  bool expired_before_ = false;  ///< there was a 410, and no healthy watch since
  std::string continue_;
  std::string list_version_;  ///< of the first page
  std::string resource_version_;
  kube::Witness witness_;  ///< the newest object of a list or a watch
  kube::Witness known_;    ///< the newest object of all when the list or the verification was asked for
  std::chrono::milliseconds wait_{0};
  Instant watch_began_;
  Instant last_news_;
  bool news_ = false;  ///< there was news since `last_news_`
  Instant counting_since_;
  unsigned events_ = 0;                           ///< since `counting_since_`
  bool crowded_ = false;                          ///< the last interval had many events
  bool accepted_ = false;                         ///< the server has let us watch since `watch_began_`
  bool event_came_ = false;                       ///< an event came since `watch_began_`
  WatchFailure broken_off_ = WatchFailure::none;  ///< why `on_line` ended the watch
  std::string problem_;
};

}  // namespace everynode::protocol
