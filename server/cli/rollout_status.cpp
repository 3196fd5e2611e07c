#include "rollout_status.hpp"

#include <algorithm>
#include <iostream>
#include <optional>
#include <utility>

#include "everynode/codec/printable.hpp"
#include "everynode/inspection/waits.hpp"
#include "everynode/rollout/gates.hpp"
#include "explain.hpp"
#include "program.hpp"

namespace everynode::cli {
namespace {

using inspection::Chance;
using inspection::Inspection;
using std::chrono::steady_clock;
using Verdict = RolloutStatus::Verdict;

/// What time alone changes is looked at so often.
constexpr std::chrono::seconds tick{1};

constexpr std::string_view unobserved = "Waiting for daemon set spec update to be observed...";

std::string out_of(std::int64_t count, std::string_view words, std::int64_t all) {
  return std::to_string(count) + std::string(words) + std::to_string(all);
}

/// What is missing, by the counters of the status; empty: nothing.
std::string missing(const objects::DaemonSetStatus& status) {
  const std::int64_t desired = status.desired_number_scheduled;
  if (status.updated_number_scheduled < desired) {
    return out_of(status.updated_number_scheduled, " out of ", desired) + " new pods have been updated...";
  }
  if (status.number_available < desired) {
    return out_of(status.number_available, " of ", desired) + " updated pods are available...";
  }
  return {};
}

std::string deferred(const inspection::PolicyState& policy) {
  if (policy.rollout.deferred == 0) return {};
  std::string text =
      ", deferred on " + std::to_string(policy.rollout.deferred) + (policy.rollout.deferred == 1 ? " node" : " nodes");
  for (std::size_t i = 0; i < policy.rollout.deferred_nodes.size(); ++i) {
    const objects::NodeRemark& node = policy.rollout.deferred_nodes[i];
    text += (i == 0 ? ": " : ", ") + node.name + " (" + node.reason + ")";
  }
  return text;
}

class Status {
 public:
  explicit Status(const RolloutStatusSettings& settings)
      : settings_(settings), inspector_(settings.target, inspection::Mode::follow) {
    if (settings.timeout.count() > 0) end_ = steady_clock::now() + settings.timeout;
  }

  int run() {
    while (true) {
      const auto inspection = inspector_.inspect(next_look());
      if (inspection) {
        if (const auto code = take(*inspection)) return *code;
      } else if (is_final(inspection.error())) {
        return complain(inspection.error().why, last_.empty() ? 2 : 1);
      } else if (std::exchange(failure_, inspection.error().why) != failure_ && last_.empty() && !is_over()) {
        complain("nothing seen yet; " + failure_, 2);
      }
      if (is_over()) return complain(too_late(), 1);
    }
  }

 private:
  /// The exit code, if this is the end.
  std::optional<int> take(const Inspection& inspection) {
    failure_.clear();
    announce(inspection);
    if (followed_.empty() && inspection.policy) followed_ = inspection.policy->rollout.revision;
    if (auto failed = rolled_back(inspection, followed_)) return complain(*failed, 1);
    const RolloutStatus status = rollout_status(inspection, settings_.revision);
    if (status.verdict == Verdict::failed) return complain(status.text, 1);
    if (status.text != last_) std::cout << codec::printable(status.text) << std::endl;
    last_ = status.text;
    waits_ = waits_for(inspection);
    if (status.verdict == Verdict::done || !settings_.watch) return 0;
    return std::nullopt;
  }

  void announce(const Inspection& inspection) {
    if (inspection.unseen_policies.empty() || std::exchange(announced_, true)) return;
    std::cerr << program_name() << " rollout status: whether a policy holds the rollout up, or it has failed, is not "
              << "known: " << codec::printable(inspection.unseen_policies) << "\n";
  }

  [[nodiscard]] steady_clock::time_point next_look() const {
    return std::min(steady_clock::now() + tick, end_.value_or(steady_clock::time_point::max()));
  }
  [[nodiscard]] bool is_over() const { return end_ && steady_clock::now() >= *end_; }

  /// Like kubectl, the first connection must succeed. Once a state was seen, connection failures are waited out. A
  /// server that asks for patience gets it; from who does not want to wait, for a while.
  [[nodiscard]] bool is_final(const inspection::Failure& failure) const {
    if (failure.chance == Chance::never) return true;
    const bool patient = failure.chance == Chance::soon && (settings_.watch || steady_clock::now() < patient_until_);
    return last_.empty() && !is_over() && !patient;
  }

  [[nodiscard]] std::string too_late() const {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(settings_.timeout);
    std::string text = "not complete after " + std::to_string(seconds.count()) + " s";
    if (!waits_.empty()) text += "; " + waits_;
    return failure_.empty() ? text : text + "; " + failure_;
  }

  static int complain(const std::string& what, int code) {
    std::cerr << program_name() << " rollout status: " << codec::printable(what) << "\n";
    return code;
  }

  const RolloutStatusSettings& settings_;
  inspection::Inspector inspector_;
  inspection::Inspector::Deadline end_;
  steady_clock::time_point patient_until_ = steady_clock::now() + patience;
  std::string followed_;  ///< the name of the revision that was rolled out at first; empty: not known
  std::string last_;      ///< that was said
  std::string waits_;     ///< for what, by the last inspection
  bool announced_ = false;
  std::string failure_;  ///< to look; empty: it was possible the last time
};

}  // namespace

std::optional<std::string> rolled_back(const Inspection& inspection, std::string_view revision) {
  if (!inspection.policy || revision.empty()) return std::nullopt;
  const auto& failures = inspection.policy->rollout.failed_revisions;
  const auto failed = std::ranges::find(failures, revision, &objects::FailedRevision::revision);
  if (failed == failures.end()) return std::nullopt;
  return "daemon set \"" + inspection.daemon_set.name + "\" has failed: " + std::string(revision) +
         " was rolled back: " + failed->message;
}

void Followed::see(const Inspection& inspection) {
  if (!inspection.policy) return;
  const objects::DaemonSetRollout& rollout = inspection.policy->rollout;
  const bool goes_back = rollout.revision != revision_ && rollout.revision == before_;
  if (rollout.revision.empty() || goes_back) return;
  revision_ = rollout.revision;
  before_ = rollout.last_complete_revision;
}

RolloutStatus rollout_status(const Inspection& inspection, std::int64_t revision) {
  const objects::DaemonSet& daemon_set = inspection.daemon_set;
  const bool observed = daemon_set.status.observed_generation >= daemon_set.generation;
  if (!observed || (revision > 0 && inspection.revision == 0)) return {.text = std::string(unobserved)};
  if (revision > 0 && revision != inspection.revision) {
    return {.verdict = Verdict::failed,
            .text = "desired revision (" + std::to_string(revision) + ") is different from the running revision (" +
                    std::to_string(inspection.revision) + ")"};
  }
  const std::string name = "daemon set \"" + daemon_set.name + "\" ";
  const bool served = inspection.policy && inspection.policy->refused.empty();
  if (inspection.rolled_out()) {
    const std::string rest = served ? deferred(*inspection.policy) : std::string{};
    return {.verdict = Verdict::done, .text = name + "successfully rolled out" + rest};
  }
  if (served && inspection.policy->rollout.phase == rollout::name_of(rollout::Phase::failed)) {
    return {.verdict = Verdict::failed, .text = name + "has failed: " + inspection.policy->rollout.message};
  }
  const std::string lacks = missing(daemon_set.status);
  std::string text = "Waiting for " + name + "rollout to finish:" + (lacks.empty() ? "" : " ") + lacks;
  const std::string policy = served ? inspection::waits_for(*inspection.policy) : std::string{};
  if (!policy.empty()) {
    text += " " + inspection.policy->rollout.phase + ": " + policy;
  } else if (!inspection.switches.empty()) {
    text += " " + inspection.switches;
  } else if (!served && !daemon_set.strategy.rolling) {
    text += " " + waits_for(inspection);
  } else if (lacks.empty()) {
    text += " the pods do not agree with the status yet...";
  }
  return {.text = std::move(text)};
}

int run_rollout_status(const RolloutStatusSettings& settings) {
  return Status(settings).run();
}

}  // namespace everynode::cli
