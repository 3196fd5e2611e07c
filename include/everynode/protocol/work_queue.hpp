/// Keys that wait for work. A key is queued at most once, and never worked on twice at the same time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "everynode/protocol/token_bucket.hpp"

namespace everynode::protocol {

/// Works as client-go's rate-limiting queue (requirements 0.2 and 0.3), but handles busy keys less often. It knows no
/// clock and wakes nobody: after `take`, ask `next_time()` when to call again. Not thread-safe.
class WorkQueue {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  struct Options {
    Duration interval = std::chrono::milliseconds{25};   ///< a key is handed out at most this often
    unsigned urgent_burst = 4;                           ///< how often at once if urgent, then once per interval
    Duration retry_base = std::chrono::milliseconds{5};  ///< doubled by each failure
    Duration retry_cap = std::chrono::seconds{1000};
    Duration retry_interval = std::chrono::milliseconds{100};  ///< between the retries of all keys together
    unsigned retry_burst = 100;
  };

  struct Taken {
    std::string key;
    Duration waited;  ///< since it was due
  };

  struct Figures {
    std::size_t depth = 0;       ///< keys that are due
    std::size_t delayed = 0;     ///< keys that will be due later
    std::size_t processing = 0;  ///< keys that were taken and are not done
    std::uint64_t adds = 0;      ///< how often a key was queued that was not queued yet
    std::uint64_t retries = 0;
  };

  WorkQueue() : WorkQueue(Options{}) {}
  explicit WorkQueue(Options options);

  /// Queues a key. A key that is being worked on is queued again when that is done.
  void add(std::string_view key, Instant now) { add_at(key, now, now); }
  /// Queues a key for later. If it is queued already, the earlier time counts.
  void add_after(std::string_view key, Instant when, Instant now) { add_at(key, when, now); }

  /// Queues a key at once even if it rests, unless that happens too often.
  void add_urgent(std::string_view key, Instant now);
  /// The key, which is being worked on, rests until then unless it becomes urgent: its work is expensive.
  void rest(std::string_view key, Instant until);

  /// The key that was due first.
  [[nodiscard]] std::optional<Taken> take(Instant now);

  /// When `take` will next return a key, unless `add` or `done` is called before; nullopt: never.
  [[nodiscard]] std::optional<Instant> next_time() const;

  /// The work succeeded: forgets the key's failures.
  void done(std::string_view key, Instant now);
  /// The work failed: queues the key again, later each time. Returns after how long.
  Duration failed(std::string_view key, Instant now);

  [[nodiscard]] unsigned failures(std::string_view key) const;
  [[nodiscard]] Figures figures(Instant now) const;
  /// The number of keys that the queue remembers.
  [[nodiscard]] std::size_t known() const { return entries_.size(); }

 private:
  /// Orders keys by the time at which they are due, then by age. The key lives in `entries_`.
  struct Place {
    Instant due;
    std::uint64_t age;
    const std::string* key;
    bool operator<(const Place& other) const { return std::tie(due, age) < std::tie(other.due, other.age); }
  };

  struct Entry {
    TokenBucket<Instant> turns;                        ///< how often it may still be taken at once if it is urgent
    std::optional<Instant> wanted{};                   ///< when it is due; nullopt: there is no work for it
    std::optional<std::set<Place>::iterator> place{};  ///< its place in the line; nullopt while it is being worked on
    bool processing = false;
    unsigned failures = 0;
    Instant next_turn = Instant::min();  ///< not handed out before this
    Instant rests_until = Instant::min();
    bool urgent = false;  ///< ignores the rest
  };

  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Entries = std::unordered_map<std::string, Entry, Hash, std::equal_to<>>;

  Entries::iterator entry(std::string_view key, Instant now);
  void add_at(std::string_view key, Instant wanted, Instant now);
  void finish(Entries::iterator entry, Instant now);
  void line_up(Entries::iterator entry);
  void forget_idle(Instant now);
  [[nodiscard]] static Instant free_at(const Entry& entry);
  [[nodiscard]] static bool is_idle(const Entry& entry, Instant now);

  Options options_;
  TokenBucket<Instant> retries_allowed_;
  Entries entries_;
  std::set<Place> line_;
  std::size_t forget_at_ = 256;  ///< forgets idle keys at this many entries
  std::size_t processing_ = 0;
  std::uint64_t age_ = 0;
  std::uint64_t adds_ = 0;
  std::uint64_t retries_ = 0;
};

}  // namespace everynode::protocol
