#include "overlay_world.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>
#include <vector>

#include "everynode/objects/decode.hpp"
#include "everynode/objects/objects.hpp"
#include "everynode/overlay/fit.hpp"

namespace everynode::simulation {
namespace {

using Json = nlohmann::ordered_json;

Json selector(Rng& rng) {
  if (rng.one_in(2)) return {{"matchLabels", {{"zone", rng.one_in(2) ? "a" : "b"}}}};
  const Json exists = {{"key", "canary"}, {"operator", "Exists"}};
  return {{"matchExpressions", Json::array({exists})}};
}

/// One field of a container: what all nodes get, what follows from a label, or from the size.
Json container(Rng& rng) {
  const std::uint64_t number = rng.below(3);
  switch (rng.below(3)) {
    case 0:
      return {{"name", "c"}, {"args", Json::array({"--number=" + std::to_string(number)})}};
    case 1: {
      const Json zone = {{"name", "ZONE"}, {"nodeLabel", "zone"}};
      return {{"name", "*"}, {"env", Json::array({zone})}};
    }
    default:
      return {{"name", "c"}, {"resources", {{"requests", {{"cpu", {{"percentOfAllocatable", 1 + number}}}}}}}};
  }
}

}  // namespace

OverlayWorld::OverlayWorld(SimulatedApi& api, Rng& rng, const objects::Time& now,
                           std::function<void(const std::string&)> log)
    : api_(api), rng_(rng), now_(now), log_(std::move(log)) {
  write("o0");
  api_.admit = [this](const std::string& pod) { return admit(pod); };
}

void OverlayWorld::surprise() {
  if (rng_.one_in(4)) return switch_webhook();
  const std::string name = "o" + std::to_string(rng_.below(3));
  if (!rng_.one_in(3)) return write(name);
  if (api_.overlays.find(name) == nullptr) return;
  log_("overlay " + name + " goes");
  api_.overlays.erase(name);
}

void OverlayWorld::help() {
  if (!webhook_runs_) switch_webhook();
}

void OverlayWorld::write(const std::string& name) {
  Json made = {
      {"metadata", {{"namespace", "default"}, {"name", name}, {"uid", "uid-" + name}}},
      {"spec",
       {{"daemonSets", Json::object()}, {"priority", rng_.below(2)}, {"containers", Json::array({container(rng_)})}}}};
  made["metadata"]["generation"] = ++generations_;
  if (rng_.one_in(2)) made["spec"]["nodes"] = selector(rng_);
  codec::Document document;
  auto read = overlay::read_overlay(made.dump(), document);
  if (!read) throw std::runtime_error(made.dump() + ": " + read.error().text());
  const overlay::DaemonSetOverlay* const before = api_.overlays.find(name);
  read->changed = std::chrono::floor<std::chrono::seconds>(now_);
  read->created = before == nullptr ? read->changed : before->created;
  log_("overlay " + name + " is written: " + made["spec"].dump());
  api_.overlays.write(std::move(*read));
}

void OverlayWorld::switch_webhook() {
  webhook_runs_ = !webhook_runs_;
  log_(webhook_runs_ ? "the webhook runs again" : "the webhook goes, and pods are admitted without it");
}

overlay::Known OverlayWorld::known() const {
  overlay::Known known;
  std::vector<overlay::DaemonSetOverlay> overlays;
  for (const auto& [name, one] : api_.overlays.all()) overlays.push_back(one);
  known.catalog = overlay::Catalog(std::move(overlays));
  for (const auto& [name, node] : api_.nodes.all()) known.nodes.put(size_of(node));
  return known;
}

std::string OverlayWorld::admit(const std::string& pod) const {
  if (!webhook_runs_) return pod;
  codec::Document documents[2];
  objects::Pod sent;
  const auto whole =
      documents[0].read(pod, [&](codec::JsonValue root) { objects::read(root, sent, objects::PodParts::all); });
  const auto target = objects::read_daemon_pod(pod, documents[1]);
  if (!whole || !target) throw std::runtime_error("the webhook cannot read " + pod);
  sent.metadata.namespace_ = "default";
  const overlay::Known all = known();
  const overlay::Fit fit = overlay::fit(all.catalog, sent, all.nodes.find(target->target_node));
  if (fit.stamp.empty()) return pod;
  Json made = Json::parse(pod);
  made.patch_inplace(Json::parse(codec::to_json(fit.patch)));
  made["metadata"]["annotations"][std::string(overlay::stamp_annotation)] = fit.stamp;
  return made.dump();
}

bool OverlayWorld::is_fitted(const objects::DaemonPod& pod, const objects::DaemonSet& daemon_set) const {
  overlay::TemplatePod made_from(daemon_set.pod_template.json);
  return overlay::audit(known(), pod, made_from).drift == objects::Drift::none;
}

}  // namespace everynode::simulation
