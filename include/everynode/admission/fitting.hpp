/// A pod fitted to its node, and the check of that.
#pragma once

#include <string>

#include "everynode/codec/document.hpp"
#include "everynode/objects/pod.hpp"
#include "everynode/overlay/catalog.hpp"
#include "everynode/overlay/fit.hpp"
#include "everynode/overlay/node.hpp"

namespace everynode::admission {

/// What the overlays of its namespace make of a pod.
struct Fitting {
  overlay::Fit fit;
  std::string patch_json;    ///< `fit.patch` as it is sent
  std::string patch_base64;  ///< of `patch_json` behind its bracket: whoever shares the fitting encodes it once
  std::string problem;       ///< why it must not be sent; empty: the pod that comes out is as it should be
};

/// Total and deterministic. It reads the patch back, applies it to the pod and fits that one: there must be nothing
/// left to change, and the stamp must be the same. `scratch` is working memory.
[[nodiscard]] Fitting fit_checked(const overlay::Catalog& catalog, const objects::Pod& pod, const overlay::Node* node,
                                  codec::Document& scratch);

}  // namespace everynode::admission
