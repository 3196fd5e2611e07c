// An annotation of any bytes: what is understood has no mistake, and what is not is named in one short line.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "everynode/objects/switches.hpp"
#include "require.hpp"

using namespace everynode;
using fuzz::require;
using objects::Exclusion;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t longest = 400;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Exclusion exclusion = objects::read_exclusion(text, "default", "agent");
  const std::string mistake = objects::mistake_in_exclusion(text);
  require(mistake.empty() == (exclusion != Exclusion::not_understood) && mistake.size() < longest);
  for (const std::string_view annotation : {objects::suspend_annotation, objects::placement_annotation}) {
    const objects::Switches switches = objects::read_switches({{std::string(annotation), std::string(text)}});
    require(switches.mistake.size() < longest);
    require(!(switches.suspended && !switches.mistake.empty()));
  }
  return 0;
}
