// A Pod, a Node and an overlay of any bytes: {"pod": ..., "node": ..., "overlay": ...}. What can be read is fitted, and
// the pod that comes out is given nothing more; what is remembered of that makes the same decision.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "everynode/admission/decide.hpp"
#include "everynode/admission/fitting_memo.hpp"
#include "everynode/overlay/knowledge.hpp"
#include "require.hpp"

using namespace everynode;
using fuzz::require;

namespace {

using Json = nlohmann::ordered_json;

admission::Decision decided(const std::string& pod, const admission::Facts& facts) {
  static codec::Document document;
  static codec::Document scratch;
  const auto request = admission::read_pod(pod, document, admission::parts_for(facts));
  if (request) return admission::decide({}, *request, scratch, facts);
  admission::Decision unreadable;
  unreadable.reason = admission::Reason::unreadable_pod;
  return unreadable;
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
  overlay::Known cluster{.catalog = overlay::Catalog({*overlay}), .nodes = {}};
  if (const auto node = overlay::read_node(input.value("node", Json()).dump(), document)) cluster.nodes.put(*node);
  const auto known = std::make_shared<const overlay::Known>(std::move(cluster));
  const admission::Facts facts{.overlays = &known->catalog, .nodes = &known->nodes};
  const std::string pod = given.dump();
  const admission::Decision first = decided(pod, facts);
  if (first.reason == admission::Reason::unreadable_pod) return 0;  // with a memo it may be pinned all the same
  admission::FittingMemo memo;
  memo.keep_up_with(known);
  admission::Facts remembered = facts;
  remembered.memo = &memo;
  for (int i = 0; i < 2; ++i) require(decided(pod, remembered).patch_json == first.patch_json);
  if (first.result != admission::Result::patched) return 0;
  const Json patched = Json::parse(pod).patch(Json::parse(first.patch_json));
  require(decided(patched.dump(), facts).result == admission::Result::unchanged);
  return 0;
}
