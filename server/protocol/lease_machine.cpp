#include "everynode/protocol/lease_machine.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "everynode/kube/continuity.hpp"

namespace everynode::protocol {
namespace {

/// client-go's: candidates wait for the period and a random part of it more, up to this factor.
constexpr double jitter = 1.2;

/// One read and one write: the process wants to end.
constexpr unsigned most_release_steps = 2;
/// Members that end together meet in the Lease; each time one of them gets on.
constexpr unsigned most_release_conflicts = 64;

/// Settings that could make two leaders, or none for a long time, are a programming error.
LeaseSettings checked(LeaseSettings settings) {
  if (settings.identity.empty()) throw std::invalid_argument("leader election needs an identity");
  if (settings.renew_deadline >= settings.lease_duration)
    throw std::invalid_argument("the renew deadline must be shorter than the lease duration");
  if (settings.retry_period * jitter >= settings.renew_deadline)
    throw std::invalid_argument("the retry period must be much shorter than the renew deadline");
  return settings;
}

}  // namespace

LeaseMachine::LeaseMachine(LeaseSettings settings, std::uint64_t seed)
    : settings_(checked(std::move(settings))),
      claim_{.key = settings_.lease,
             .identity = settings_.identity,
             .duration = settings_.lease_duration,
             .member = settings_.member},
      own_key_(member_key(settings_.member)),
      random_(static_cast<std::minstd_rand::result_type>(seed % std::minstd_rand::modulus)) {}

LeaseMachine::Question LeaseMachine::next(Moment now) {
  if (releasing_) return ask_release(now);
  if (now.steady < wait_until_) return Wait{wait_until_};
  if (!certain_ || !wants(now.steady)) return ask(Step::read, now);
  if (absent_) return ask(Step::create, now);
  return ask(is_ours() ? Step::renew : Step::take, now);
}

/// If a Lease is deleted while another process holds it, it counts as held: the holder does not know yet.
bool LeaseMachine::may_take(Instant now) const {
  if (seen_.holder.empty() || is_ours()) return true;
  const auto duration = seen_.duration.count() > 0 ? seen_.duration : settings_.lease_duration;
  return now - changed_at_ >= duration;
}

LeaseMachine::Question LeaseMachine::ask(Step step, Moment now) {
  step_ = step;
  sent_at_ = now.steady;
  switch (step) {
    case Step::read:
      return kube::get(kube::leases, claim_.key);
    case Step::create:
      return create_lease(claim_, now.wall);
    case Step::take:
      return take_lease(claim_, seen_, now.wall);
    case Step::renew:
      return renew_lease(claim_, seen_, now.wall, gone_);
    case Step::release:
      return release_lease(claim_, seen_, now.wall);
    case Step::leave:
      return leave_lease(claim_, seen_);
  }
  return Finished{};
}

LeaseMachine::Question LeaseMachine::ask_release(Moment now) {
  const bool ours = is_ours() && !absent_;
  if (left_ || release_steps_ >= most_release_steps || (certain_ && !ours)) return Finished{};
  ++release_steps_;
  if (!certain_) return ask(Step::read, now);
  return ask(may_have_others(now.steady) ? Step::leave : Step::release, now);
}

/// A Lease that was deleted or put back has lost members that lead still, until they have renewed it or lost it.
bool LeaseMachine::may_have_others(Instant now) const {
  if (settings_.member.empty()) return false;
  if (!whole_since_ || now - *whole_since_ < settings_.lease_duration) return true;
  return std::ranges::any_of(seen_.members, [&](const auto& one) {
    return one.first != own_key_ && std::ranges::find(gone_, one.first) == gone_.end();
  });
}

void LeaseMachine::stand(bool candidate) {
  if (candidate && !candidate_) wait_until_ = Instant::min();
  candidate_ = candidate;
}

void LeaseMachine::release() {
  releasing_ = true;
  leads_until_ = Instant::min();
}

void LeaseMachine::on_answer(const kube::Outcome& outcome, Moment now) {
  problem_.clear();
  if (!outcome) return failed(outcome.error().why, now.steady);
  outcome->ok() ? take_answer(*outcome, now) : refused(*outcome, now.steady);
}

void LeaseMachine::take_answer(const kube::Reply& reply, Moment now) {
  auto lease = read_lease(reply.body, document_);
  if (!lease) return failed("a Lease that cannot be read: " + lease.error().text(), now.steady);
  observe(std::move(*lease), now.steady);
  if (step_ == Step::read) {
    if (!wants(now.steady)) wait_for_turn(now.steady);
    return;
  }
  left_ = step_ == Step::leave;
  if (!is_ours() || releasing_) return wait_for_turn(now.steady);
  conflicted_ = false;
  certain_ = settings_.member.empty();  // other members write it meanwhile: read it first
  leads_until_ = sent_at_ + settings_.renew_deadline;
  wait_until_ = sent_at_ + settings_.retry_period;
  if (!settings_.member.empty()) wait_until_ += extra_wait() / 2;
}

void LeaseMachine::observe(Lease lease, Instant now) {
  certain_ = true;
  absent_ = false;
  went_back_ = kube::went_back(seen_.resource_version, lease.resource_version);
  if (lease.resource_version != seen_.resource_version) changed_at_ = now;
  const bool misses_us = seen_.members.contains(own_key_) && !lease.members.contains(own_key_);
  if (!whole_since_ || went_back_ || misses_us) whole_since_ = now;
  seen_ = std::move(lease);
}

void LeaseMachine::refused(const kube::Reply& reply, Instant now) {
  if (reply.status == 404 && step_ != Step::create) {
    certain_ = true;
    absent_ = true;
    whole_since_.reset();
    if (!wants(now)) wait_for_turn(now);
    return;
  }
  certain_ = false;
  // Another process was faster. The first time, read the Lease at once to see which one. A group's members meet often,
  // and each time one of them gets on.
  const bool again = std::exchange(conflicted_, conflicted_ || reply.status == 409);
  const bool met_a_member = reply.status == 409 && !settings_.member.empty();
  if (met_a_member && releasing_ && ++release_conflicts_ < most_release_conflicts) release_steps_ = 0;
  if (met_a_member || (reply.status == 409 && !again)) return;
  failed("the API server answered " + std::to_string(reply.status) + ": " + reply.body, now);
}

/// The API server may have done the write, so `seen_` is no longer certain.
void LeaseMachine::failed(std::string problem, Instant now) {
  certain_ = false;
  problem_ = std::move(problem);
  wait_for_turn(now);
}

void LeaseMachine::wait_for_turn(Instant now) {
  if (leads(now)) {
    wait_until_ = now + settings_.retry_period;
    return;
  }
  wait_until_ = now + settings_.retry_period + extra_wait();
}

LeaseMachine::Instant::duration LeaseMachine::extra_wait() {
  std::uniform_real_distribution<double> more(0, jitter);
  return std::chrono::duration_cast<Instant::duration>(settings_.retry_period * more(random_));
}

}  // namespace everynode::protocol
