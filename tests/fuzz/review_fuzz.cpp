// The body of POST /mutate: any bytes lead to a refusal, or to a decision whose patch an independent RFC 6902
// implementation can apply.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "everynode/admission/decide.hpp"
#include "require.hpp"

using namespace everynode;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static codec::Document document;
  static codec::Document scratch;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto request = admission::read_review(text, document);
  if (!request) return 0;
  const admission::Decision decision = admission::decide({}, *request, scratch);
  require(decision.reason != admission::Reason::patch_refused);
  const auto answer = nlohmann::json::parse(to_json(admission::answer(*request, decision)));
  require(answer["response"]["allowed"] == true);
  return 0;
}
