/// Whether the API server and its webhooks would take a DaemonSet's pod for a node, asked with a dry run.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/inspection/admitted.hpp"
#include "everynode/inspection/failure.hpp"
#include "everynode/kube/reply.hpp"
#include "everynode/kube/request.hpp"
#include "everynode/objects/daemon_set.hpp"

namespace everynode::inspection {

struct Trial {
  bool taken = false;
  std::string refusal;               ///< the API server's words; empty if it was taken
  std::vector<std::string> changes;  ///< what it and its webhooks made of the pod, e.g. `add /spec/tolerations/- {...}`
  std::vector<std::string> warnings;  ///< for whoever creates it
  /// What overlays are to the pod that would come of it; of a refused one, to the pod that was asked about. nullopt: it
  /// is not known.
  std::optional<AdmittedState> admitted = {};
};

/// The dry run. `hash` is the label of the current revision. The error says why there is no such pod.
[[nodiscard]] std::expected<kube::Request, std::string> trial_of(const objects::DaemonSet& daemon_set,
                                                                 std::string_view hash, std::string_view node,
                                                                 std::uint64_t seed);

/// What the answer says about the pod. The error is about the question: nobody answered, we may not ask, or a webhook
/// does not take part in dry runs. `known`: null if overlays are not known.
[[nodiscard]] std::expected<Trial, Failure> judge_trial(std::string_view address, const objects::DaemonSet& daemon_set,
                                                        const overlay::Known* known, const kube::Request& question,
                                                        const kube::Outcome& outcome);

}  // namespace everynode::inspection
