#include "everynode/admission/fitting.hpp"

#include <utility>

#include "apply.hpp"
#include "everynode/codec/base64.hpp"
#include "everynode/codec/json_patch.hpp"
#include "limits.hpp"

namespace everynode::admission {
namespace {

/// Whether they are pinned, tolerate and are annotated alike: that part of a patch is made and checked without this
/// one.
bool placed_alike(const objects::Pod& a, const objects::Pod& b) {
  return a.metadata == b.metadata && a.spec.node_name == b.spec.node_name && a.spec.affinity == b.spec.affinity &&
         a.spec.tolerations == b.spec.tolerations;
}

std::string problem_with(const overlay::Fit& fit, const std::string& patch_json, const overlay::Catalog& catalog,
                         const objects::Pod& pod, const overlay::Node* node, codec::Document& scratch) {
  const auto patched = apply(patch_json, pod, scratch);
  if (!patched) return patched.error().text();
  if (!placed_alike(*patched, pod)) return "overlays change where the pod belongs";
  const overlay::Fit again = overlay::fit(catalog, *patched, node);
  if (!again.patch.empty()) return "the fitted pod would be patched again: " + to_json(again.patch);
  if (again.stamp != fit.stamp) return "the fitted pod would be stamped \"" + again.stamp + "\"";
  return {};
}

}  // namespace

Fitting fit_checked(const overlay::Catalog& catalog, const objects::Pod& pod, const overlay::Node* node,
                    codec::Document& scratch) {
  Fitting out{.fit = overlay::fit(catalog, pod, node), .patch_json = {}, .patch_base64 = {}, .problem = {}};
  if (out.fit.patch.empty()) return out;
  if (out.fit.patch.size() > most_operations || added_by(out.fit.patch) > most_bytes) {
    out.problem = "with overlays it might be too large to be stored";
    return out;
  }
  out.patch_json = to_json(out.fit.patch);
  out.patch_base64 = codec::encode_base64(std::string_view(out.patch_json).substr(1));
  out.problem = problem_with(out.fit, out.patch_json, catalog, pod, node, scratch);
  return out;
}

}  // namespace everynode::admission
