#include "fit_pod.hpp"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "everynode/objects/decode.hpp"
#include "everynode/overlay/audit.hpp"
#include "everynode/overlay/fit.hpp"
#include "everynode/overlay/stamp.hpp"

namespace everynode::sync {
namespace {

using Json = nlohmann::ordered_json;
using Names = std::set<std::string, std::less<>>;

/// What the API server makes of limits without requests it makes before admission: a limit that an overlay raises must
/// not become a request.
void default_requests(Json& containers) {
  for (Json& container : containers) {
    if (!container.contains("resources") || !container["resources"].is_object()) continue;
    Json& resources = container["resources"];
    const Json limits = resources.value("limits", Json());
    if (!limits.is_object()) continue;
    Json requests = resources.value("requests", Json());
    if (!requests.is_object()) requests = Json::object();
    for (const auto& [name, limit] : limits.items()) {
      if (!requests.contains(name)) requests[name] = limit;
    }
    if (!requests.empty()) resources["requests"] = std::move(requests);
  }
}

void annotate(Json& pod, std::string_view annotation, const std::string& text) {
  pod["metadata"]["annotations"][std::string(annotation)] = text;
}

}  // namespace

FittedPod fit_pod(std::string body, std::string_view name_space, std::string_view node, const overlay::Known& known,
                  const Names& left_out) {
  if (known.catalog.of(name_space).empty()) return {.body = std::move(body), .stamp = {}};
  codec::Document document;
  objects::Pod pod;
  const auto whole =
      document.read(body, [&](codec::JsonValue root) { objects::read(root, pod, objects::PodParts::all); });
  if (!whole) return {.body = std::move(body), .stamp = {}};
  pod.metadata.namespace_ = name_space;
  overlay::default_requests(pod);
  const auto stays = [&](const overlay::DaemonSetOverlay& one) { return !left_out.contains(one.name); };
  const overlay::Catalog rest = left_out.empty() ? overlay::Catalog() : known.catalog.part(name_space, stays);
  const overlay::Fit fit = overlay::fit(left_out.empty() ? known.catalog : rest, pod, known.nodes.find(node));
  if (fit.stamp.empty()) return {.body = std::move(body), .stamp = {}};
  try {
    Json made = Json::parse(body);
    for (const char* list : {"containers", "initContainers"}) {
      if (made["spec"].contains(list)) default_requests(made["spec"][list]);
    }
    made.patch_inplace(Json::parse(codec::to_json(fit.patch)));
    const std::string_view written = pod.metadata.annotations ? pod.metadata.annotations->overlays : std::string_view{};
    annotate(made, overlay::stamp_annotation, overlay::stamp_beside(written, fit.stamp));
    return {.body = made.dump(), .stamp = fit.stamp};
  } catch (const Json::exception&) {
    return {.body = std::move(body), .stamp = {}};
  }
}

std::vector<overlay::Refusal> refusals_of(const objects::DaemonPod& pod, std::string_view node,
                                          const overlay::Known& known) {
  objects::Pod plain = overlay::as_admitted(pod);
  plain.metadata.annotations.reset();  // the webhook may have put in what is asked about
  return overlay::fit(known.catalog, plain, known.nodes.find(node)).refusals;
}

std::string without_overlays(std::string_view body, const std::string& stamp) {
  Json made = Json::parse(body);
  annotate(made, overlay::refused_annotation, stamp);
  return made.dump();
}

}  // namespace everynode::sync
