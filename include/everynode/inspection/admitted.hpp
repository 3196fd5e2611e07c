/// What admission made of a daemon pod that exists: who has seen it, and which of its fields are overlays'.
#pragma once

#include <string>
#include <vector>

#include "everynode/objects/daemon_pod.hpp"
#include "everynode/overlay/fit.hpp"
#include "everynode/overlay/knowledge.hpp"

namespace everynode::inspection {

/// A field that an overlay gives.
struct GivenField {
  std::string place;    ///< "containers[agent].resources.requests.cpu"
  std::string value;    ///< as JSON
  std::string overlay;  ///< its name
  std::string how;      ///< the arithmetic of an amount; empty: there is none

  bool operator==(const GivenField&) const = default;
};

/// Foreign text in it is not escaped yet.
struct AdmittedState {
  std::string pod;                         ///< its name
  std::string seen;                        ///< what the webhook did, in words
  std::string overlays;                    ///< its stamp: which overlays are in it; empty: none
  std::string difference;                  ///< what it lacks, or has too much; empty: nothing, or it is not known
  bool given = false;                      ///< `fields` are in it; else it would get them if it were created now
  std::vector<GivenField> fields;          ///< none, if overlays or the node are not known
  std::vector<overlay::Refusal> left_out;  ///< overlays for this pod that are left out, and why
};

/// `known`: null if overlays are not known; `pod_template` is the text of its DaemonSet's template.
[[nodiscard]] AdmittedState admitted_state(const overlay::Known* known, const objects::DaemonPod& pod,
                                           const std::string& pod_template);

}  // namespace everynode::inspection
