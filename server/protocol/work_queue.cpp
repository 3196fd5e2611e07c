#include "everynode/protocol/work_queue.hpp"

#include <algorithm>

#include "everynode/protocol/backoff.hpp"

namespace everynode::protocol {

WorkQueue::WorkQueue(Options options)
    : options_(options), retries_allowed_(options.retry_burst, options.retry_interval) {}

WorkQueue::Entries::iterator WorkQueue::entry(std::string_view key, Instant now) {
  const auto found = entries_.find(key);
  if (found != entries_.end()) return found;
  if (entries_.size() >= forget_at_) forget_idle(now);
  return entries_.emplace(std::string(key), Entry{.turns = {options_.urgent_burst, options_.interval}}).first;
}

void WorkQueue::add_urgent(std::string_view key, Instant now) {
  const auto found = entry(key, now);
  found->second.urgent = true;
  if (found->second.place) line_up(found);
  add_at(key, now, now);
}

void WorkQueue::add_at(std::string_view key, Instant wanted, Instant now) {
  const auto found = entry(key, now);
  Entry& entry = found->second;
  if (entry.wanted && *entry.wanted <= wanted) return;
  if (!entry.wanted) ++adds_;
  entry.wanted = wanted;
  if (!entry.processing) line_up(found);
}

void WorkQueue::rest(std::string_view key, Instant until) {
  const auto found = entries_.find(key);
  if (found != entries_.end() && found->second.processing) found->second.rests_until = until;
}

/// The earliest time at which the key may be handed out.
WorkQueue::Instant WorkQueue::free_at(const Entry& entry) {
  return entry.urgent ? entry.turns.next() : std::max(entry.next_turn, entry.rests_until);
}

void WorkQueue::line_up(Entries::iterator found) {
  Entry& entry = found->second;
  std::uint64_t age = age_++;
  if (entry.place) {
    age = (*entry.place)->age;
    line_.erase(*entry.place);
  }
  const Instant due = std::max(*entry.wanted, free_at(entry));
  entry.place = line_.insert({.due = due, .age = age, .key = &found->first}).first;
}

std::optional<WorkQueue::Taken> WorkQueue::take(Instant now) {
  if (line_.empty() || line_.begin()->due > now) return std::nullopt;
  const auto found = entries_.find(*line_.begin()->key);
  Entry& entry = found->second;
  const Duration waited = now - *entry.wanted;
  line_.erase(line_.begin());
  entry.place.reset();
  entry.wanted.reset();
  entry.processing = true;
  entry.urgent = false;
  entry.next_turn = now + options_.interval;
  std::ignore = entry.turns.reserve(now);
  ++processing_;
  return Taken{.key = found->first, .waited = waited};
}

std::optional<WorkQueue::Instant> WorkQueue::next_time() const {
  if (line_.empty()) return std::nullopt;
  return line_.begin()->due;
}

void WorkQueue::done(std::string_view key, Instant now) {
  const auto found = entries_.find(key);
  if (found == entries_.end() || !found->second.processing) return;
  found->second.failures = 0;
  finish(found, now);
}

WorkQueue::Duration WorkQueue::failed(std::string_view key, Instant now) {
  const auto found = entries_.find(key);
  if (found == entries_.end() || !found->second.processing) return Duration::zero();
  const auto own = exponential(options_.retry_base, found->second.failures++, options_.retry_cap);
  const Duration delay = std::max<Duration>(own, retries_allowed_.reserve(now));
  ++retries_;
  add_at(key, now + delay, now);
  finish(found, now);
  return delay;
}

void WorkQueue::finish(Entries::iterator found, Instant now) {
  Entry& entry = found->second;
  entry.processing = false;
  --processing_;
  if (entry.wanted) return line_up(found);
  if (is_idle(entry, now)) entries_.erase(found);
}

bool WorkQueue::is_idle(const Entry& entry, Instant now) {
  return !entry.wanted && !entry.processing && entry.failures == 0 && free_at(entry) <= now && entry.turns.is_full(now);
}

/// Keys whose interval had not passed when they were done are still in the table.
void WorkQueue::forget_idle(Instant now) {
  std::erase_if(entries_, [&](const auto& entry) { return is_idle(entry.second, now); });
  forget_at_ = std::max<std::size_t>(256, 2 * entries_.size());
}

unsigned WorkQueue::failures(std::string_view key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? 0 : found->second.failures;
}

WorkQueue::Figures WorkQueue::figures(Instant now) const {
  const auto is_due = [&](const Place& place) { return *entries_.find(*place.key)->second.wanted <= now; };
  const auto depth = static_cast<std::size_t>(std::ranges::count_if(line_, is_due));
  return {
      .depth = depth, .delayed = line_.size() - depth, .processing = processing_, .adds = adds_, .retries = retries_};
}

}  // namespace everynode::protocol
