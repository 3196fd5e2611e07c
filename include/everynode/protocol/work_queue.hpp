/// Keys that wait for work: each at most once, and none worked on twice at the same time.
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

/// As client-go's rate-limiting queue (requirements 0.2 and 0.3), and calmer with keys that are busy. It
/// knows no clock and wakes nobody: whoever takes asks `next_time()` when to come again. Not thread-safe.
class WorkQueue {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  struct Options {
    Duration interval = std::chrono::milliseconds{25};   ///< a key is handed out at most this often
    unsigned urgent_burst = 4;                           ///< so often at once if it is urgent, then once per interval
    Duration retry_base = std::chrono::milliseconds{5};  ///< doubled by each failure
    Duration retry_cap = std::chrono::seconds{1000};
    Duration retry_interval = std::chrono::milliseconds{100};  ///< of all keys' retries together
    unsigned retry_burst = 100;
  };

  struct Taken {
    std::string key;
    Duration waited;  ///< since it should have been worked on
  };

  struct Figures {
    std::size_t depth = 0;       ///< keys that should be worked on now
    std::size_t delayed = 0;     ///< keys whose time will come
    std::size_t processing = 0;  ///< keys that were taken and are not done
    std::uint64_t adds = 0;      ///< times a key was queued that was not queued yet
    std::uint64_t retries = 0;
  };

  WorkQueue() : WorkQueue(Options{}) {}
  explicit WorkQueue(Options options);

  /// A key that is being worked on is queued again when it is done.
  void add(std::string_view key, Instant now) { add_at(key, now, now); }
  /// Of several times the earliest counts.
  void add_after(std::string_view key, Instant when, Instant now) { add_at(key, when, now); }

  /// A key that is worked on again at once, although it rests, unless that comes too often.
  void add_urgent(std::string_view key, Instant now);
  /// The key, which is being worked on, rests until then unless something is urgent: its work is dear.
  void rest(std::string_view key, Instant until);

  /// The key that should have been worked on first.
  [[nodiscard]] std::optional<Taken> take(Instant now);

  /// When `take` will next have something; nullopt as long as nothing is added or done.
  [[nodiscard]] std::optional<Instant> next_time() const;

  /// The key was worked on with success: its failures are forgotten.
  void done(std::string_view key, Instant now);
  /// The key was worked on in vain: it is queued again, later each time. Returns after how long.
  Duration failed(std::string_view key, Instant now);

  [[nodiscard]] unsigned failures(std::string_view key) const;
  [[nodiscard]] Figures figures(Instant now) const;
  /// Keys that it remembers anything of.
  [[nodiscard]] std::size_t known() const { return entries_.size(); }

 private:
  /// Orders keys by the time from which they can be taken, then by age. The key lives in `entries_`.
  struct Place {
    Instant due;
    std::uint64_t age;
    const std::string* key;
    bool operator<(const Place& other) const { return std::tie(due, age) < std::tie(other.due, other.age); }
  };

  struct Entry {
    TokenBucket<Instant> turns;                        ///< left to be taken at once, were it urgent
    std::optional<Instant> wanted{};                   ///< when it should be worked on; nullopt: it need not be
    std::optional<std::set<Place>::iterator> place{};  ///< in the line; nullopt while it is being worked on
    bool processing = false;
    unsigned failures = 0;
    Instant next_turn = Instant::min();  ///< not handed out before
    Instant rests_until = Instant::min();
    bool urgent = false;  ///< does not rest
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
  std::size_t forget_at_ = 256;  ///< entries
  std::size_t processing_ = 0;
  std::uint64_t age_ = 0;
  std::uint64_t adds_ = 0;
  std::uint64_t retries_ = 0;
};

}  // namespace everynode::protocol
