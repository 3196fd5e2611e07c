#include "everynode/daemonset/repeat_backoff.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace everynode::daemonset {
namespace {

/// Of what is in doubt no more counts: an outage says little of what will last.
constexpr unsigned most_in_doubt = 3;

/// So many are left for creations of which no answer has ever told, and for those of new generations.
constexpr std::size_t reserve = 4;

}  // namespace

std::string_view cause_of(Undone undone) {
  switch (undone) {
    case Undone::deleted:
      return "somebody deletes its pods";
    case Undone::elsewhere:
      return "somebody pins its pods elsewhere";
    case Undone::relabelled:
      return "somebody changes the labels of its pods";
    case Undone::rehashed:
      return "somebody changes the controller-revision-hash of its pods";
    case Undone::disowned:
      return "somebody changes the owner of its pods";
    case Undone::ended:
      return "its pods end";
    case Undone::failed:
      return "its pods fail";
    case Undone::not_eligible:
      return "the node is eligible and is not, by turns";
    case Undone::unknown:
      return "";
  }
  return "";
}

std::chrono::seconds RepeatBackoff::wait(unsigned count) {
  constexpr unsigned most_doublings = 10;
  static_assert(first * (1U << most_doublings) > longest);
  if (count < free) return std::chrono::seconds{0};
  return std::min<std::chrono::seconds>(first * (1U << std::min(count - free, most_doublings)), longest);
}

std::size_t RepeatBackoff::limit(const Entry& entry) {
  const bool first_of_its_generation = entry.count == 0;
  return entry.doubted || !first_of_its_generation ? most - reserve : most;
}

/// How often it was done, less what is forgiven.
unsigned RepeatBackoff::count(const Entry& entry, objects::Time now) {
  const auto lasted = now - entry.since - wait(entry.count);
  const auto forgiven = std::max<std::int64_t>(0, lasted / forgiven_after);
  return entry.count - static_cast<unsigned>(std::min<std::int64_t>(entry.count, forgiven));
}

/// So often that the next wait is as long as the trouble has lasted, as it would be if nobody had forgotten anything.
unsigned RepeatBackoff::resumed_count(objects::Time now) const {
  if (!resumed_since_) return 0;
  const auto lasted = std::clamp<std::chrono::microseconds>(now - *resumed_since_, first, longest);
  const auto seconds = static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::seconds>(lasted).count());
  return free - 1 + static_cast<unsigned>(std::bit_width(seconds));
}

void RepeatBackoff::done(std::string_view object, objects::Time now) {
  Entry& entry = entries_[std::string(object)];
  // Doubled waits leave room for so many in ten minutes: the process before may have used them.
  constexpr std::size_t most_before = 14;
  const bool resumes = entry.times.empty() && resumed_since_;
  entry.count = 1 + (entry.times.empty() ? resumed_count(now) : count(entry, now));
  entry.since = now;
  entry.why = std::exchange(entry.seen, std::nullopt).value_or(Undone::deleted);
  const auto old = std::ranges::find_if(entry.times, [&](objects::Time at) { return at + most_in > now; });
  entry.times.erase(entry.times.begin(), old);
  entry.times.insert(entry.times.end(), resumes ? most_before : 0, now);
  entry.times.insert(entry.times.end(), 1 + std::min(std::exchange(entry.in_doubt, 0U), most_in_doubt), now);
  calm_ = calm_ && entry.count < free && entry.times.size() < limit(entry);
  sweep(now);
}

void RepeatBackoff::in_doubt(std::string_view object) {
  Entry& entry = entries_[std::string(object)];
  ++entry.in_doubt;
  entry.doubted = true;
}

void RepeatBackoff::undone(std::string_view object, Undone why) {
  entries_[std::string(object)].seen = why;
}

std::optional<objects::Time> RepeatBackoff::until(std::string_view object, objects::Time now) const {
  const auto found = entries_.find(object);
  if (found == entries_.end()) return std::nullopt;
  const Entry& entry = found->second;
  objects::Time end = entry.since + wait(count(entry, now));
  const std::size_t times = entry.times.size() + std::min(entry.in_doubt, most_in_doubt);
  const std::size_t allowed = limit(entry);
  if (times >= allowed && !entry.times.empty()) end = std::max(end, entry.times[times - allowed] + most_in);
  const bool clock_went_back = now < entry.since;
  return end > now && !clock_went_back ? std::optional(end) : std::nullopt;
}

std::optional<Undone> RepeatBackoff::trouble(std::string_view object, objects::Time now) const {
  const auto found = entries_.find(object);
  if (found == entries_.end() || found->second.times.empty())
    return resumed_since_ ? std::optional(Undone::unknown) : std::nullopt;
  const Entry& entry = found->second;
  const bool at_the_limit = entry.times.size() >= limit(entry) && until(object, now);
  return at_the_limit || count(entry, now) >= free ? std::optional(entry.seen.value_or(entry.why)) : std::nullopt;
}

std::optional<objects::Time> RepeatBackoff::trouble_until(std::string_view object, objects::Time now) const {
  const auto found = entries_.find(object);
  if (found == entries_.end() || !trouble(object, now)) return std::nullopt;
  const Entry& entry = found->second;
  std::optional<objects::Time> end;
  if (entry.count >= free) end = entry.since + wait(entry.count) + (entry.count - free + 1) * forgiven_after;
  const auto free_at = entry.times.size() >= limit(entry) ? until(object, now) : std::nullopt;
  return free_at ? std::max(end.value_or(*free_at), *free_at) : end;
}

/// Not what the process before has done: nobody knows any more how much that was.
void RepeatBackoff::forgive() {
  calm_ = true;
  for (auto& [object, entry] : entries_) {
    entry.count = 0;
    calm_ = calm_ && entry.times.size() < limit(entry);
  }
}

/// Once a minute: nobody wants to search all of them for each pod of a new DaemonSet.
void RepeatBackoff::sweep(objects::Time now) {
  if (now - swept_ < forgiven_after && now >= swept_) return;
  swept_ = now;
  calm_ = true;
  std::erase_if(entries_, [&](const auto& one) {
    const Entry& entry = one.second;
    return count(entry, now) == 0 && (entry.times.empty() || entry.times.back() + most_in <= now);
  });
  for (const auto& [object, entry] : entries_) {
    calm_ = calm_ && count(entry, now) < free && entry.times.size() < limit(entry);
  }
}

}  // namespace everynode::daemonset
