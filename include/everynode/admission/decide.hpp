/// The decision at admission: is this a DaemonSet's pod, where does it belong, and what does it lack?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/admission/patch.hpp"
#include "everynode/admission/policy.hpp"
#include "everynode/admission/review.hpp"
#include "everynode/admission/target.hpp"

namespace everynode::admission {

enum class Result {
  patched,    ///< the pod lacks something; the patch adds it
  unchanged,  ///< a DaemonSet's pod that is right as it is
  skipped,    ///< not ours to change
  failed,     ///< ours, but something is wrong: it is admitted as it is
};

enum class Reason {
  target_found,      ///< patched or unchanged: the pod's node is known
  no_target,         ///< patched or unchanged: the pod names no node, so only its tolerations were looked after
  not_pod_creation,  ///< skipped: another resource, subresource or operation
  mirror_pod,        ///< skipped: the API's image of a static pod
  no_daemon_set,     ///< skipped: its controller is none, or no DaemonSet
  unreadable_pod,    ///< failed: the object does not decode as a Pod
  too_large,         ///< failed: so many terms, or so near to what can be stored, that we keep our hands off it
  patch_refused,     ///< failed: our own patch did not pass our check; a defect of Everynode
};

/// `nowhere`: each term of the required node affinity is empty and matches no node (requirement 2.5), so
/// the pod runs on none, whoever names one.
enum class Pin { none, present, added, nowhere };

/// Texts are views into the request's document and the policy.
struct Decision {
  Result result = Result::skipped;
  Reason reason = Reason::no_daemon_set;
  std::string detail;  ///< for people, when the result is `failed`
  std::optional<Target> target;
  Pin pin = Pin::none;
  bool remembered = false;           ///< the patch writes the node into the annotation everynode.dev/node
  objects::Tolerations tolerations;  ///< that the patch adds
  Patch patch;
  std::string patch_json;  ///< the patch as it is sent; empty if there is none
};

/// Total and deterministic: the same policy and request give the same decision. The patch, as it is sent, has been read
/// back and applied to the pod, and the decision taken again on the result, which must be `unchanged`; a patch that
/// does not pass is not returned. `scratch` is memory to do so in; nothing of it is left in the decision.
[[nodiscard]] Decision decide(const Policy& policy, const Request& request, codec::Document& scratch);

/// The decision as the answer to its request, with what the audit log and the user should know.
[[nodiscard]] Response answer(const Request& request, const Decision& decision);

/// The decision in a few lines for people.
[[nodiscard]] std::string explain(const Request& request, const Decision& decision);

[[nodiscard]] std::string_view name_of(Result result);
[[nodiscard]] std::string_view name_of(Reason reason);
[[nodiscard]] std::string_view name_of(Pin pin);

}  // namespace everynode::admission
