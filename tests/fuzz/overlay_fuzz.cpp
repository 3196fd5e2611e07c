// A Pod, a Node and an overlay of any bytes: {"pod": ..., "node": ..., "overlay": ...}. What can be read is fitted, and
// the pod that comes out is given nothing more.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "everynode/admission/decide.hpp"

using namespace everynode;

namespace {

using Json = nlohmann::ordered_json;

void require(bool holds) {
  if (!holds) std::abort();
}

admission::Decision decided(const std::string& pod, const admission::Facts& facts) {
  static codec::Document document;
  static codec::Document scratch;
  const auto request = admission::read_pod(pod, document, objects::PodParts::all);
  return request ? admission::decide({}, *request, scratch, facts) : admission::Decision{};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Json input = Json::parse(data, data + size, nullptr, false);
  if (!input.is_object() || !input.contains("pod") || !input.contains("overlay")) return 0;
  const Json& given = input["pod"];  // the API server's have both, and so a place for what is added
  if (!given.is_object()) return 0;
  if (!given.value("spec", Json()).is_object() || !given.value("metadata", Json()).is_object()) return 0;
  codec::Document document;
  const auto overlay = overlay::read_overlay(input["overlay"].dump(), document);
  if (!overlay) return 0;
  const overlay::Catalog catalog({*overlay});
  overlay::Nodes nodes;
  if (const auto node = overlay::read_node(input.value("node", Json()).dump(), document)) nodes.put(*node);
  const admission::Facts facts{.overlays = &catalog, .nodes = &nodes};
  const std::string pod = given.dump();
  const admission::Decision first = decided(pod, facts);
  if (first.result != admission::Result::patched) return 0;
  const Json patched = Json::parse(pod).patch(Json::parse(first.patch_json));
  require(decided(patched.dump(), facts).result == admission::Result::unchanged);
  return 0;
}
