#include "everynode/protocol/shards_machine.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace everynode::protocol {
namespace {

/// A shard that is vacant for so many durations of a lease is taken by whoever sees it, whatever the shares are.
constexpr int forsaken_after = 2;
/// A member that was silent for so many is taken out of the Lease.
constexpr int forgotten_after = 8;
/// Replicas that start together see each other within so many periods, and take no more than their share.
constexpr int periods_to_meet = 2;

ShardsSettings checked_shards(ShardsSettings settings) {
  if (settings.count < 2 || settings.count > kube::most_shards) throw std::invalid_argument("2 to 32 shards");
  return settings;
}

/// How a group is called in its Lease.
std::string group_name(std::uint32_t shards) {
  return std::to_string(shards) + "-shards";
}

/// Of all replicas with this number of shards, and of no other process.
LeaseSettings group_settings(const ShardsSettings& settings) {
  return {.lease = settings.lease,
          .identity = group_name(settings.count),
          .member = settings.identity,
          .lease_duration = settings.lease_duration,
          .renew_deadline = settings.renew_deadline,
          .retry_period = settings.retry_period};
}

LeaseSettings shard_settings(const ShardsSettings& settings, std::uint32_t shard) {
  return {.lease = {.namespace_ = settings.lease.namespace_, .name = shard_lease_name(settings.lease.name, shard)},
          .identity = settings.identity,
          .member = {},
          .lease_duration = settings.lease_duration,
          .renew_deadline = settings.renew_deadline,
          .retry_period = settings.retry_period};
}

}  // namespace

std::string shard_lease_name(std::string_view group, std::uint32_t index) {
  return std::string(group) + "-shard-" + std::to_string(index);
}

// --- members ---

void GroupMembers::saw(const std::map<std::string, std::string>& texts, Instant now) {
  std::erase_if(seen_, [&](const auto& one) { return !texts.contains(one.first); });
  for (const auto& [key, text] : texts) {
    Seen& seen = seen_[key];
    if (seen.text != text) seen = {.text = text, .changed_at = now};
  }
}

std::set<std::string> GroupMembers::alive(Instant now, Instant::duration age) const {
  std::set<std::string> alive;
  for (const auto& [key, seen] : seen_) {
    std::string member = member_in(seen.text);
    if (now - seen.changed_at < age && !member.empty()) alive.insert(std::move(member));
  }
  return alive;
}

std::vector<std::string> GroupMembers::silent(Instant now, Instant::duration age) const {
  std::vector<std::string> keys;
  for (const auto& [key, seen] : seen_) {
    if (now - seen.changed_at >= age) keys.push_back(key);
  }
  return keys;
}

// --- lanes ---

ShardsMachine::ShardsMachine(ShardsSettings settings, std::uint64_t seed)
    : settings_(checked_shards(std::move(settings))), seed_(seed), group_(group_settings(settings_), seed) {
  for (std::uint32_t shard = 0; shard < settings_.count; ++shard) shards_.push_back({.lease = onlooker(shard)});
}

LeaseMachine ShardsMachine::onlooker(std::uint32_t shard) {
  LeaseMachine machine(shard_settings(settings_, shard), ++seed_);
  machine.stand(false);
  return machine;
}

ShardsMachine::Question ShardsMachine::next(std::size_t lane, Moment now) {
  return lane == 0 ? next_of_group(now) : next_of(static_cast<std::uint32_t>(lane - 1), now);
}

ShardsMachine::Question ShardsMachine::next_of_group(Moment now) {
  const bool alone = std::ranges::all_of(shards_, [](const One& one) { return one.state == State::left; });
  if (leaving_ && alone) group_.release();
  // Who is silent for a duration of the lease does not lead any more; it may come back, but not to who leaves.
  group_.take_out(members_.silent(now.steady, settings_.lease_duration * (leaving_ ? 1 : forgotten_after)));
  Question question = group_.next(now);
  left_ = std::holds_alternative<LeaseMachine::Finished>(question);
  return question;
}

ShardsMachine::Question ShardsMachine::next_of(std::uint32_t shard, Moment now) {
  One& one = shards_[shard];
  if (leaving_ && one.state == State::looking) one.state = State::left;
  if (one.state == State::left) return LeaseMachine::Finished{};
  Question question = one.lease.next(now);
  if (!std::holds_alternative<LeaseMachine::Finished>(question)) return question;
  if (leaving_) {
    one.state = State::left;
    return question;
  }
  one = {.lease = onlooker(shard)};
  return one.lease.next(now);
}

bool ShardsMachine::on_answer(std::size_t lane, const kube::Outcome& outcome, Moment now) {
  if (lane == 0) {
    group_.on_answer(outcome, now);
    members_.saw(group_.members(), now.steady);
    if (!joined_ && group_.leads(now.steady)) joined_ = now.steady;
  } else {
    shards_[lane - 1].lease.on_answer(outcome, now);
    take_over(shards_[lane - 1], now.steady);
  }
  return leaving_ || obey_shares(now.steady);
}

/// What was asked for before this process wanted to leave may come too late.
void ShardsMachine::take_over(One& shard, Instant now) {
  if (shard.state != State::looking || !shard.lease.leads(now)) return;
  shard.state = leaving_ ? State::releasing : State::owning;
  if (leaving_) shard.lease.release();
}

// --- shares ---

/// True if something has to be done now.
bool ShardsMachine::obey_shares(Instant now) {
  for (One& one : shards_) {
    const bool vacant = one.state == State::looking && one.lease.vacant(now);
    if (!vacant) one.vacant_since.reset();
    if (vacant && !one.vacant_since) one.vacant_since = now;
  }
  if (!group_.leads(now) || members(now) != steady_members_) {
    steady_members_ = group_.leads(now) ? members(now) : std::set<std::string>();
    steady_since_ = now;
  }
  std::vector<ShardOrder> wanted = orders(now);
  rescue(wanted, now);
  bool news = false;
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    One& one = shards_[i];
    if (one.state == State::owning && wanted[i] == ShardOrder::give_up) {
      one.state = State::settling;
      news = true;
    }
    if (one.state != State::looking) continue;
    // A write without an answer may have been done: others see this process as the holder, so it must be.
    const bool takes = wanted[i] == ShardOrder::take || (one.lease.holder() == settings_.identity && group_.leads(now));
    one.lease.stand(takes);
    news = news || takes;
  }
  return news;
}

/// Somebody is in the group and takes nothing: better one too many than a shard without anybody. What was taken so is
/// kept as long as the members are the same, so that it does not go back and forth.
void ShardsMachine::rescue(std::vector<ShardOrder>& wanted, Instant now) {
  const auto forsaken = [&](const One& one) {
    return one.vacant_since &&
           now - std::max(*one.vacant_since, steady_since_) >= settings_.lease_duration * forsaken_after;
  };
  if (!group_.leads(now)) return;
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    if (wanted[i] == ShardOrder::stay && forsaken(shards_[i])) {
      wanted[i] = ShardOrder::take;
      rescued_from_ = members(now);
    }
  }
  if (rescued_from_ == members(now)) std::ranges::replace(wanted, ShardOrder::give_up, ShardOrder::stay);
}

std::vector<ShardOrder> ShardsMachine::orders(Instant now) const {
  std::vector<ShardOrder> none(shards_.size(), ShardOrder::stay);
  if (!group_.leads(now) || now - *joined_ < settings_.retry_period * periods_to_meet) return none;
  std::vector<ShardHolding> holdings;
  for (const One& one : shards_) {
    const bool leaves = one.state == State::settling || one.state == State::releasing;
    holdings.push_back({.holder = one.state == State::owning ? settings_.identity : one.lease.holder(),
                        .vacant = one.vacant_since.has_value()});
    if (leaves) holdings.back().holder.clear();
  }
  return share_out(settings_.identity, members(now), holdings);
}

std::set<std::string> ShardsMachine::members(Instant now) const {
  std::set<std::string> all = members_.alive(now, settings_.lease_duration);
  all.insert(settings_.identity);
  return all;
}

// --- what the process has to know ---

ShardsMachine::Duty ShardsMachine::duty(std::uint32_t shard) const {
  switch (shards_[shard].state) {
    case State::owning:
      return leaving_ ? Duty::settle : Duty::act;
    case State::settling:
      return Duty::settle;
    default:
      return Duty::none;
  }
}

void ShardsMachine::settled(std::uint32_t shard) {
  if (duty(shard) != Duty::settle) return;
  shards_[shard].state = State::releasing;
  shards_[shard].lease.release();
}

bool ShardsMachine::may_act(std::uint32_t shard, Instant now) const {
  return duty(shard) == Duty::act && shards_[shard].lease.leads(now) && group_.leads(now);
}

bool ShardsMachine::lost(Instant now) const {
  return now >= safe_until();
}

ShardsMachine::Instant ShardsMachine::safe_until() const {
  Instant until = Instant::max();
  for (const One& one : shards_) {
    if (one.state == State::owning || one.state == State::settling) {
      until = std::min({until, one.lease.leads_until(), group_.leads_until()});
    }
  }
  return until;
}

std::string ShardsMachine::kept_out_by() const {
  return group_.holder() == group_name(settings_.count) ? std::string() : group_.holder();
}

void ShardsMachine::leave() {
  leaving_ = true;
}

std::size_t ShardsMachine::owned() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(shards_, [](const One& one) { return one.state == State::owning; }));
}

}  // namespace everynode::protocol
