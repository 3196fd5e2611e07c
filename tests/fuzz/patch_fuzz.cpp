// A patch read back and applied: any bytes are applied or refused.
#include <cstddef>
#include <cstdint>
#include <string>

#include "admission/apply.hpp"

using namespace everynode;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static codec::Document document;
  objects::Pod pod;
  pod.spec.affinity.emplace().node_affinity.emplace().required.emplace().terms.emplace().push_back(
      {.match_expressions = {{{.key = "metadata.name", .op = "In", .values = {"n1"}}}}, .match_fields = {}});
  (void)admission::apply(std::string(reinterpret_cast<const char*>(data), size), pod, document);
  return 0;
}
