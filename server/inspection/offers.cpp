#include "everynode/inspection/offers.hpp"

#include <string_view>
#include <utility>

#include "everynode/codec/shell_word.hpp"
#include "everynode/rollout/gates.hpp"

namespace everynode::inspection {
namespace {

void add(std::string& command, std::string_view flag, const std::string& value) {
  if (!value.empty()) command.append(" ").append(flag).append(" ").append(codec::shell_word(value));
}

}  // namespace

std::string command_of(const sync::Wish& wish, const cache::Key& daemon_set, const Target& target) {
  std::string command = target.program + " rollout " + std::string(sync::name_of(wish.change));
  command += " " + codec::shell_word("ds/" + daemon_set.name);
  add(command, "-n", daemon_set.namespace_);
  add(command, "--wave", wish.wave);
  if (wish.to_revision > 0) add(command, "--to-revision", std::to_string(wish.to_revision));
  add(command, "--kubeconfig", target.kubeconfig.string());
  add(command, "--context", target.overrides.context);
  add(command, "--cluster", target.overrides.cluster);
  add(command, "--user", target.overrides.user);
  return command;
}

std::vector<Offer> offers_of(const Inspection& inspection, const Target& target) {
  if (!inspection.policy || !inspection.policy->refused.empty()) return {};
  const PolicyState& policy = *inspection.policy;
  const objects::DaemonSetRollout& rollout = policy.rollout;
  std::vector<sync::Wish> wishes{{.change = policy.paused ? sync::RolloutChange::resume : sync::RolloutChange::pause}};
  if (rollout.phase == rollout::name_of(rollout::Phase::held)) {
    wishes.push_back({.change = sync::RolloutChange::promote, .wave = rollout.wave, .revision = rollout.revision});
  }
  if (rollout::failure_of(&rollout, rollout.revision) != nullptr) {
    wishes.push_back({.change = sync::RolloutChange::retry, .revision = rollout.revision});
  }
  const objects::DaemonSet& daemon_set = inspection.daemon_set;
  const cache::Key key{.namespace_ = daemon_set.namespace_, .name = daemon_set.name};
  std::vector<Offer> offers;
  offers.reserve(wishes.size());
  for (sync::Wish& wish : wishes) {
    std::string command = command_of(wish, key, target);
    offers.push_back({.wish = std::move(wish), .command = std::move(command)});
  }
  return offers;
}

}  // namespace everynode::inspection
