/// Pods that exist, compared with what admission would make of them now.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/codec/document.hpp"
#include "everynode/objects/daemon_pod.hpp"
#include "everynode/objects/pod.hpp"
#include "everynode/overlay/fit.hpp"
#include "everynode/overlay/knowledge.hpp"
#include "everynode/overlay/stamp.hpp"

namespace everynode::overlay {

/// The annotation everynode.dev/overlays-refused: what `stamp_annotation` would have said of overlays with which the
/// API server refused the pod, so that it was created without them.
inline constexpr std::string_view refused_annotation = "everynode.dev/overlays-refused";

/// Gives each container the requests that follow from its limits, as the API server does before admission: a limit
/// without a request is one too (SetDefaults_Pod, pkg/apis/core/v1/defaults.go).
void default_requests(objects::Pod& pod);

/// The pod that a DaemonSet's template makes, as admission sees it. Few audits need it, so it is read by the first that
/// does.
class TemplatePod {
 public:
  /// `json`: the template's text. It must stay where it is.
  explicit TemplatePod(const std::string& json) : json_(json) {}

  /// With the namespace and the labels of that pod, which must outlive the result.
  [[nodiscard]] const objects::Pod& beside(const objects::DaemonPod& pod);

 private:
  const std::string& json_;
  std::optional<codec::Document> document_;
  objects::Pod pod_;
};

struct Audit {
  objects::Drift drift = objects::Drift::none;
  bool overtaken = false;         ///< an overlay that it has otherwise was changed after the pod was created
  std::string wanted;             ///< what the pod's stamp should say; as it says it where there is no drift
  std::vector<Refusal> refusals;  ///< overlays that select the pod and are left out
};

/// What other admission has made of a pod, and what was resized since, is no drift: only the stamp is compared, with
/// what the pod itself would get, and with what its template would. A pod without a stamp and without any other trace
/// of Everynode is `unmutated` if an overlay that it lacks is older than itself, else `outdated`. A pod that was read
/// without `Admitted` is `unknown`; one whose node is not known has no drift.
[[nodiscard]] Audit audit(const Known& known, const objects::DaemonPod& pod, TemplatePod& made_from);

/// What `audit` compares: the pod as it is.
[[nodiscard]] objects::Pod as_admitted(const objects::DaemonPod& pod);

/// The difference between two stamps, for people: "overlay a is not in it; overlay b gives something else now;
/// overlay c gives it nothing any more".
[[nodiscard]] std::string difference(std::string_view stamp, std::string_view wanted);

}  // namespace everynode::overlay
