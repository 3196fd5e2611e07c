/// The decision at admission: whether this is a DaemonSet's pod, which node it belongs on, and what it lacks.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/admission/fitting_memo.hpp"
#include "everynode/admission/policy.hpp"
#include "everynode/admission/review.hpp"
#include "everynode/admission/target.hpp"
#include "everynode/codec/json_patch.hpp"
#include "everynode/overlay/fit.hpp"

namespace everynode::admission {

enum class Result {
  patched,    ///< the pod lacks something; the patch adds it
  unchanged,  ///< a DaemonSet's pod that lacks nothing
  skipped,    ///< we have nothing to change
  failed,     ///< we should change it, but something is wrong: it is admitted as it is
};

enum class Reason {
  target_found,      ///< patched or unchanged: the pod's node is known
  no_target,         ///< patched or unchanged: the pod names no node, so the patch is about tolerations only
  not_pod_creation,  ///< skipped: another resource, subresource or operation
  mirror_pod,        ///< skipped: the API's image of a static pod
  no_daemon_set,     ///< skipped: no controller owns it, or one that is not a DaemonSet
  unreadable_pod,    ///< failed: the object does not decode as a Pod
  too_large,         ///< failed: it has so many terms, or comes so close to the limit of etcd, that we leave it alone
  patch_refused,     ///< failed: our own patch did not pass our check; a defect of Everynode
};

/// `nowhere`: each term of the required node affinity is empty and matches no node (requirement 2.5), so the pod runs
/// on no node, whichever one it names.
enum class Pin { none, present, added, nowhere };

/// What is known of the cluster beside the request. All null: nothing, and no pod is fitted to its node.
struct Facts {
  const overlay::Catalog* overlays = nullptr;
  const overlay::Nodes* nodes = nullptr;
  const overlay::Node* fetched = nullptr;  ///< one that is not among `nodes`, and was asked for by itself
  FittingMemo* memo = nullptr;             ///< makes it cheaper, and changes nothing else
};

/// How much of a pod a decision from these facts needs: without overlays nobody looks into containers, and a memo reads
/// those that it does not know.
[[nodiscard]] objects::PodParts parts_for(const Facts& facts);

/// Texts are views into the request's document and the policy; `fit` refers to the facts, or to what the memo keeps.
struct Decision {
  Result result = Result::skipped;
  Reason reason = Reason::no_daemon_set;
  std::string detail;  ///< for people, when the result is `failed`
  std::optional<Target> target;
  Pin pin = Pin::none;
  bool remembered = false;           ///< the patch writes the node into the annotation everynode.dev/node
  objects::Tolerations tolerations;  ///< that the patch adds
  /// What the overlays of its namespace make of the pod; null: there are none.
  std::shared_ptr<const overlay::Fit> fit;
  std::string without_overlays;  ///< why none of them is in the patch after all; empty: they are
  codec::Patch patch;            ///< what pins the pod, tolerates and stamps it; `fit` has the rest
  std::string patch_json;        ///< the whole patch as it is sent; empty if there is none
  std::string_view encoded_end;  ///< see Response

  /// How many the whole patch has.
  [[nodiscard]] std::size_t operations() const { return patch.size() + (fit ? fit->patch.size() : 0); }

  /// The node that has to be known for all overlays of the pod, and is not; empty: there is none.
  [[nodiscard]] std::string_view lacking_node() const;
};

/// Total and deterministic: the same policy, facts and request give the same decision. It reads a patch back, applies
/// it to the pod and decides again, and returns the patch only if that second decision is `unchanged`; what fits a pod
/// to its node is checked by itself (`fit_checked`), as it and the rest of a patch do not meet. `scratch` is
/// working memory; the decision does not refer to it. The request was read with `parts_for(facts)`.
/// Whatever is wrong with overlays, the pod is pinned as it would be without them; with a memo that includes containers
/// that cannot be read.
[[nodiscard]] Decision decide(const Policy& policy, const Request& request, codec::Document& scratch,
                              const Facts& facts = {});

/// The answer to the request, with what the audit log and the user should know.
[[nodiscard]] Response answer(const Request& request, const Decision& decision);

/// The decision as a few lines for people. `facts`: those that it was made from.
[[nodiscard]] std::string explain(const Request& request, const Decision& decision, const Facts& facts = {});

[[nodiscard]] std::string_view name_of(Result result);
[[nodiscard]] std::string_view name_of(Reason reason);
[[nodiscard]] std::string_view name_of(Pin pin);

}  // namespace everynode::admission
