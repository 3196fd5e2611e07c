#include "everynode/serving/checks.hpp"

#include <algorithm>

namespace everynode::serving {

bool all_passed(const std::vector<Check>& checks) {
  return std::ranges::all_of(checks, [](const Check& check) { return check.problem.empty(); });
}

std::string to_text(const std::vector<Check>& checks) {
  std::string text;
  for (const Check& check : checks) {
    text +=
        check.problem.empty() ? "[+]" + check.name + " ok\n" : "[-]" + check.name + " failed: " + check.problem + "\n";
  }
  return text;
}

}  // namespace everynode::serving
