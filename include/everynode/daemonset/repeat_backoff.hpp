/// How long an object is left in peace because what is done for it does not last: a policy or another client undoes it,
/// each time, as fast as it is done.
#pragma once

#include <boost/container/small_vector.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "everynode/objects/time.hpp"

namespace everynode::daemonset {

/// What becomes of a node's pods that do not stay.
enum class Undone : std::uint8_t {
  deleted,       ///< somebody else deletes them
  elsewhere,     ///< they are not for their node when the API server has stored them
  relabelled,    ///< they have lost the labels that are selected
  rehashed,      ///< they have another controller-revision-hash than they were made with
  disowned,      ///< they have another controller, or none
  ended,         ///< they end with success
  failed,        ///< they fail
  not_eligible,  ///< their node is eligible and is not, by turns
  unknown,       ///< another process has seen it, this one has not yet
};

/// "somebody deletes its pods", ...: for people; stays the same as long as the cause does. Empty: unknown.
[[nodiscard]] std::string_view cause_of(Undone undone);

/// Of one DaemonSet, by the object of an action (`object_of`). What was done a few times is done again at once; after
/// that the waits double. What lasts is forgiven, one time for each minute beyond the wait. Whatever happens, nothing
/// is done more than 20 times in ten minutes.
class RepeatBackoff {
 public:
  static constexpr unsigned free = 5;  ///< times without a wait
  static constexpr std::chrono::seconds first{1};
  static constexpr std::chrono::minutes longest{15};
  static constexpr std::chrono::minutes forgiven_after{1};
  static constexpr std::size_t most = 20;
  static constexpr std::chrono::minutes most_in{10};

  /// The process that led before wrote at this time that pods do not stay. What is not known to have been done yet was
  /// done as often as doubled waits allow since then.
  void resume(std::optional<objects::Time> since) { resumed_since_ = since; }

  void done(std::string_view object, objects::Time now);
  /// It may have been done, and undone since: it counts as one of the 20 once it is known that it can be done at all.
  void in_doubt(std::string_view object);
  /// Why what was done last does not stay, or will not. It counts until it was done again.
  void undone(std::string_view object, Undone why);

  /// Until when the object is left in peace; nullopt: it need not be.
  [[nodiscard]] std::optional<objects::Time> until(std::string_view object, objects::Time now) const;
  /// Why it is not done at once any more; nullopt: it is.
  [[nodiscard]] std::optional<Undone> trouble(std::string_view object, objects::Time now) const;
  /// When the trouble is forgiven if nothing more is done; nullopt: there is none, or only an event can end it.
  [[nodiscard]] std::optional<objects::Time> trouble_until(std::string_view object, objects::Time now) const;

  /// A new generation deserves a new trial: all waits end, but 20 times in ten minutes is still all there is.
  void forgive();

  /// No object waits, and none is known to have trouble.
  [[nodiscard]] bool calm() const { return calm_ && !resumed_since_; }

 private:
  struct Entry {
    boost::container::small_vector<objects::Time, 1> times;  ///< in the last ten minutes
    objects::Time since{};
    unsigned count = 0;  ///< not forgiven when it was done last
    unsigned in_doubt = 0;
    bool doubted = false;  ///< something was in doubt since it is remembered
    Undone why = Undone::deleted;
    std::optional<Undone> seen = {};  ///< since then
  };
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  /// How long what was done so often has to wait.
  [[nodiscard]] static std::chrono::seconds wait(unsigned count);
  [[nodiscard]] static unsigned count(const Entry& entry, objects::Time now);
  /// How often it may be done in ten minutes.
  [[nodiscard]] static std::size_t limit(const Entry& entry);
  [[nodiscard]] unsigned resumed_count(objects::Time now) const;
  void sweep(objects::Time now);

  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
  std::optional<objects::Time> resumed_since_;
  objects::Time swept_{};
  bool calm_ = true;
};

}  // namespace everynode::daemonset
