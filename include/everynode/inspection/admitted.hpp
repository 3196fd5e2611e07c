/// What admission made of a daemon pod: who has seen it, what its overlays gave it, and what is otherwise by now. The
/// page, `overlay explain` and `explain --try` all tell this.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/objects/daemon_pod.hpp"
#include "everynode/objects/pod.hpp"
#include "everynode/overlay/knowledge.hpp"

namespace everynode::inspection {

/// An overlay that wants something for the same place, and loses.
struct Beaten {
  std::string overlay;
  std::int64_t priority = 0;

  bool operator==(const Beaten&) const = default;
};

/// A field that an overlay gives.
struct GivenField {
  std::string place;         ///< "containers[agent].resources.requests.cpu"
  std::string value;         ///< as JSON
  std::string overlay;       ///< its name
  std::string how;           ///< the arithmetic of an amount; empty: there is none
  std::vector<Beaten> over;  ///< those that win first come first

  bool operator==(const GivenField&) const = default;
};

/// What an overlay of the namespace is to a pod.
enum class Standing : std::uint8_t {
  gives,        ///< at least one field
  beaten,       ///< it selects the pod, but others win each of its fields
  left_out,     ///< it selects the pod, and cannot be in it
  unknown,      ///< it selects the pod, and the pod's node is not known
  other_nodes,  ///< it is for other nodes
  other_pods,   ///< it is for other pods
};

struct Candidate {
  std::string overlay;
  std::int64_t priority = 0;
  Standing standing = Standing::other_pods;
  std::string reason;  ///< why it is left out

  bool operator==(const Candidate&) const = default;
};

/// How the pod compares with what it would be if it were created now.
enum class Verdict : std::uint8_t {
  unknown,
  right,
  outdated,   ///< its overlays or its node have changed since
  unmutated,  ///< admission let it through as it was
  refused,    ///< the API server refused it with overlays, so it was created without
};

/// What would be changed in the pod that exists.
struct Otherwise {
  std::string path;   ///< JSON Pointer
  std::string value;  ///< as JSON

  bool operator==(const Otherwise&) const = default;
};

/// Foreign text in it is not escaped yet.
struct AdmittedState {
  std::string namespace_;
  std::string pod;         ///< its name
  std::string daemon_set;  ///< whose pod it is; empty: none's
  std::string node;        ///< that it is for; empty: none
  std::string seen;        ///< what the webhook did, in words
  std::string overlays;    ///< its stamp: which overlays are in it; empty: none
  Verdict verdict = Verdict::unknown;
  std::string why;                    ///< the verdict in words
  std::string difference;             ///< what it lacks, or has too much; empty: nothing, or it is not known
  bool given = false;                 ///< `fields` are in it; else it would get them if it were created now
  std::vector<GivenField> fields;     ///< none, if overlays or the node are not known
  std::vector<Candidate> candidates;  ///< the overlays of the namespace, those that win first
  std::vector<Otherwise> otherwise;   ///< none, if the pod was not read whole
};

/// "gives", "beaten", "left out", "not known", "for other nodes", "for other pods".
[[nodiscard]] std::string_view name_of(Standing standing);
/// "not known", "right", "outdated", "unmutated", "refused".
[[nodiscard]] std::string_view name_of(Verdict verdict);

/// `known`: null if overlays are not known. `pod_template`: the text of its DaemonSet's template; empty: that is not
/// known. `whole`: the same pod, read with PodParts::all; null: only what the reconciler keeps of it is known.
[[nodiscard]] AdmittedState admitted_state(const overlay::Known* known, const objects::DaemonPod& pod,
                                           const std::string& pod_template, const objects::Pod* whole = nullptr);

/// The same of the text of a pod, read whole. `name_space`: its own, if the text does not say so. The error says why it
/// cannot be read.
[[nodiscard]] std::expected<AdmittedState, std::string> read_admitted_state(const overlay::Known* known,
                                                                            const std::string& json,
                                                                            const std::string& pod_template,
                                                                            const std::string& name_space = {});

}  // namespace everynode::inspection
