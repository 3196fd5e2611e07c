/// Decisions of which a FittingMemo remembers a part.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "clusters.hpp"
#include "decided.hpp"
#include "everynode/admission/fitting_memo.hpp"

namespace everynode::admission {

/// All that a decision says of overlays, and what is sent.
inline json told(const Decision& decision) {
  json out{{"result", name_of(decision.result)},   {"detail", decision.detail},
           {"patch", decision.patch_json},         {"placement", to_json(decision.patch)},
           {"without", decision.without_overlays}, {"lacking", decision.lacking_node()}};
  if (!decision.fit) return out;
  out["stamp"] = decision.fit->stamp;
  out["ties"] = decision.fit->ties;
  for (const overlay::Refusal& one : decision.fit->refusals) out["refused"].push_back({one.overlay, one.reason});
  for (const overlay::Contribution& one : decision.fit->contributions) {
    for (const overlay::Setting& setting : one.settings) out["given"][one.overlay->name].push_back(setting.json);
  }
  return out;
}

inline support::Decided decide_with(FittingMemo& memo, const Cluster& cluster, const std::string& pod) {
  memo.keep_up_with(cluster.known());
  Facts facts = cluster.facts();
  facts.memo = &memo;
  return Cluster::decide(pod, facts);
}
inline support::Decided decide_with(FittingMemo& memo, const Cluster& cluster, const json& pod) {
  return decide_with(memo, cluster, pod.dump());
}

}  // namespace everynode::admission
