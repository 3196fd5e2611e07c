#include "rollout_change.hpp"

#include <expected>
#include <iostream>
#include <optional>
#include <thread>
#include <utility>

#include "everynode/codec/printable.hpp"
#include "everynode/daemonset/undo.hpp"
#include "everynode/inspection/subject.hpp"
#include "everynode/rollout/gates.hpp"
#include "everynode/rollout/steering.hpp"
#include "everynode/sync/requests.hpp"
#include "program.hpp"

namespace everynode::cli {
namespace {

using inspection::Failure;

constexpr unsigned conflict = 409;
constexpr int attempts = 5;

std::string_view name_of(RolloutChange change) {
  switch (change) {
    case RolloutChange::pause:
      return "pause";
    case RolloutChange::resume:
      return "resume";
    case RolloutChange::promote:
      return "promote";
    case RolloutChange::undo:
      return "undo";
    case RolloutChange::retry:
      return "retry";
  }
  return "";
}

/// Why nothing is written.
struct Refusal {
  std::string why;
  int code = 1;
};

/// What to ask the API server, and what to say then.
struct Wish {
  std::optional<kube::Request> request;  ///< nullopt: all is as it should be
  std::string done;
};

using Decision = std::expected<Wish, Refusal>;

Decision not_read(const Failure& failure) {
  return std::unexpected(Refusal{.why = failure.why, .code = 2});
}

class Change {
 public:
  explicit Change(const RolloutChangeSettings& settings) : settings_(settings), conversation_(settings.target) {}

  int run() {
    for (int attempt = 1;; ++attempt) {
      const Decision decision = decide();
      if (!decision) return complain(decision.error());
      if (!decision->request) return say(decision->done);
      kube::Request request = *decision->request;
      if (settings_.dry_run == DryRun::server) request = kube::as_dry_run(std::move(request));
      const kube::Outcome outcome = conversation_.ask(request);
      for (const std::string& warning : outcome ? outcome->warnings : std::vector<std::string>{}) warn(warning);
      if (outcome && outcome->ok()) return say(decision->done + as_dry_run());
      const bool again = outcome && outcome->status == conflict && attempt < attempts;
      if (!again) return complain({.why = kube::explain(request, outcome)});
      std::this_thread::sleep_for(std::chrono::milliseconds(100) * attempt);
    }
  }

 private:
  [[nodiscard]] Decision decide() {
    const auto daemon_set = inspection::read_daemon_set(conversation_, settings_.target.name);
    if (!daemon_set) return not_read(daemon_set.error());
    return settings_.change == RolloutChange::undo ? undo(*daemon_set) : steer(*daemon_set);
  }

  // --- by the policy ---

  [[nodiscard]] Decision steer(const objects::DaemonSet& daemon_set) {
    const auto policies = inspection::read_policies(conversation_, daemon_set.namespace_);
    if (!policies) return not_read(policies.error());
    if (!policies->known) {
      return std::unexpected(Refusal{
          .why = "this cluster has no RolloutPolicies: install Everynode's chart with reconciler.mode takeover or "
                 "companion, which brings their CustomResourceDefinition"});
    }
    const objects::RolloutPolicy* const policy = policies->serving(daemon_set);
    if (policy == nullptr) return std::unexpected(Refusal{.why = rollout::nobody_serves(daemon_set)});
    const rollout::Steered steered = by_policy(*policy, daemon_set);
    if (!steered) return std::unexpected(Refusal{.why = steered.error()});
    if (const std::string why = not_served(*policy, daemon_set); !why.empty() && !std::exchange(warned_, true)) {
      warn(why);
    }
    const kube::Resource& resource = steered->of_status ? kube::rollout_policies_status : kube::rollout_policies;
    const kube::ObjectKey key{.namespace_ = policy->namespace_, .name = policy->name};
    return Wish{.request = kube::merge_patch(resource, key, steered->patch), .done = steered->done};
  }

  /// Empty: it is served, or nothing was told yet.
  static std::string not_served(const objects::RolloutPolicy& policy, const objects::DaemonSet& daemon_set) {
    const std::string why = inspection::why_refused(policy, daemon_set.name);
    return why.empty() ? why : "RolloutPolicy " + policy.name + " does not serve " + daemon_set.name + ": " + why;
  }

  /// To pause helps the others that the policy serves; the rest would do nothing for a DaemonSet that is not served.
  [[nodiscard]] rollout::Steered by_policy(const objects::RolloutPolicy& policy, const objects::DaemonSet& daemon_set) {
    if (settings_.change == RolloutChange::pause) return rollout::set_paused(policy, true);
    if (settings_.change == RolloutChange::resume) return rollout::set_paused(policy, false);
    if (std::string why = not_served(policy, daemon_set); policy.readable && !why.empty()) {
      return std::unexpected(std::move(why));
    }
    const auto history = inspection::read_history(conversation_, daemon_set);
    if (!history) return std::unexpected(history.error().why);
    if (history->current.empty()) {
      return std::unexpected("the template of " + daemon_set.name + " has no revision yet: try again in some seconds");
    }
    if (settings_.change == RolloutChange::retry) return rollout::retry(policy, daemon_set.name, history->current);
    return rollout::promote(policy, daemon_set.name, history->current, settings_.wave);
  }

  // --- undo ---

  /// The patch is the revision itself, byte for byte (requirement 15.3), for the DaemonSet that was read.
  [[nodiscard]] Decision undo(const objects::DaemonSet& daemon_set) {
    const auto history = inspection::read_history(conversation_, daemon_set);
    if (!history) return not_read(history.error());
    const auto found = daemonset::undo_to(daemon_set, history->objects(), settings_.to_revision);
    if (!found) return std::unexpected(Refusal{.why = found.error()});
    const std::string name = "daemonset.apps/" + daemon_set.name;
    if (found->is_current) {
      return Wish{.request = std::nullopt,
                  .done = name + " skipped rollback (current template already matches revision " +
                          std::to_string(found->to->revision) + ")"};
    }
    if (!std::exchange(warned_, true)) warn_before_undo(daemon_set, *found->to);
    const objects::ControllerRevision& to = *found->to;
    if (!sync::is_template_patch(to.data)) {
      return std::unexpected(Refusal{.why = "revision " + to.name + " is no template and nothing else"});
    }
    const daemonset::RestoreTemplate action{.revision = to.name, .data = to.data};
    return Wish{.request = sync::request_of(action, daemon_set), .done = name + " rolled back"};
  }

  /// Who may not read policies is not told of them: undo does not need them.
  void warn_before_undo(const objects::DaemonSet& daemon_set, const objects::ControllerRevision& to) {
    if (daemon_set.annotations.find("kubectl.kubernetes.io/last-applied-configuration") != nullptr) {
      warn("it was managed with kubectl apply, whose annotation this does not change: apply the old configuration too");
    }
    const auto policies = inspection::read_policies(conversation_, daemon_set.namespace_);
    const objects::RolloutPolicy* const policy = policies ? policies->serving(daemon_set) : nullptr;
    const objects::DaemonSetRollout* const known =
        policy == nullptr ? nullptr : rollout::remembered(*policy, daemon_set.name);
    if (known == nullptr) return;
    for (const objects::FailedRevision& failed : known->failed_revisions) {
      if (failed.revision != to.name) continue;
      warn(to.name + " was rolled back before, so nothing moves until " + program_name() + " rollout retry ds/" +
           daemon_set.name + " -n " + daemon_set.namespace_);
    }
  }

  // --- what is said ---

  [[nodiscard]] std::string as_dry_run() const {
    return settings_.dry_run == DryRun::server ? " (server dry run)" : "";
  }

  static int say(const std::string& what) {
    std::cout << codec::printable(what) << std::endl;
    return 0;
  }

  static void warn(const std::string& what) { std::cerr << "Warning: " << codec::printable(what) << "\n"; }

  [[nodiscard]] int complain(const Refusal& refusal) const {
    std::cerr << program_name() << " rollout " << name_of(settings_.change) << ": " << codec::printable(refusal.why)
              << "\n";
    return refusal.code;
  }

  const RolloutChangeSettings& settings_;
  inspection::Conversation conversation_;
  bool warned_ = false;
};

}  // namespace

int run_rollout_change(const RolloutChangeSettings& settings) {
  return Change(settings).run();
}

}  // namespace everynode::cli
