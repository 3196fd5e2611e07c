// What is offered about a rollout, by its state, and the command that does the same.
#include "everynode/inspection/offers.hpp"

#include <gtest/gtest.h>

namespace everynode::inspection {
namespace {

const Target plain{};

/// DaemonSet home/agent, whose revision agent-2 a policy rolls out.
Inspection inspection(const std::string& phase) {
  Inspection inspection;
  inspection.daemon_set.namespace_ = "home";
  inspection.daemon_set.name = "agent";
  inspection.policy.emplace();
  inspection.policy->name = "network";
  inspection.policy->rollout.revision = "agent-2";
  inspection.policy->rollout.phase = phase;
  inspection.policy->rollout.wave = "zones/a";
  return inspection;
}

std::vector<std::string> commands(const Inspection& inspection, const Target& target = plain) {
  std::vector<std::string> commands;
  for (const Offer& offer : offers_of(inspection, target)) commands.push_back(offer.command);
  return commands;
}

using Commands = std::vector<std::string>;

TEST(Offers, AreToPauseOrToResume) {
  Inspection one = inspection("Rolling");
  EXPECT_EQ(commands(one), Commands{"everynode rollout pause ds/agent -n home"});
  one.policy->paused = true;
  EXPECT_EQ(commands(one), Commands{"everynode rollout resume ds/agent -n home"});
}

TEST(Offers, PromoteTheWaveThatIsOnHoldForTheRevisionThatIsSeen) {
  const auto offers = offers_of(inspection("Held"), plain);
  ASSERT_EQ(offers.size(), 2U);
  EXPECT_EQ(offers[1].command, "everynode rollout promote ds/agent -n home --wave zones/a");
  const sync::Wish wish{.change = sync::RolloutChange::promote, .wave = "zones/a", .revision = "agent-2"};
  EXPECT_EQ(offers[1].wish, wish);
}

TEST(Offers, RetryOnlyTheCurrentRevisionThatWasRolledBack) {
  Inspection one = inspection("Failed");
  one.policy->rollout.failed_revisions.emplace_back().revision = "agent-1";
  EXPECT_EQ(commands(one).size(), 1U);
  one.policy->rollout.failed_revisions.emplace_back().revision = "agent-2";
  ASSERT_EQ(commands(one).size(), 2U);
  EXPECT_EQ(commands(one)[1], "everynode rollout retry ds/agent -n home");
}

TEST(Offers, AreNoneWhereNoPolicyServes) {
  Inspection one = inspection("Held");
  one.policy->refused = "set OnDelete";
  EXPECT_EQ(commands(one), Commands{});
  one.policy.reset();
  EXPECT_EQ(commands(one), Commands{});
}

TEST(Offers, NameTheClusterThatThePageShows) {
  const Target target{.kubeconfig = "/home/me/my config",
                      .overrides = {.context = "prod's", .cluster = "k", .user = "u"},
                      .namespace_ = {},
                      .all_namespaces = true,
                      .name = {},
                      .program = "kubectl everynode"};
  EXPECT_EQ(
      command_of({.change = sync::RolloutChange::undo, .to_revision = 3}, {"home", "agent"}, target),
      "kubectl everynode rollout undo ds/agent -n home --to-revision 3 --kubeconfig '/home/me/my config' --context "
      "'prod'\\''s' --cluster k --user u");
}

}  // namespace
}  // namespace everynode::inspection
