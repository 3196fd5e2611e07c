/// Whether a process should be used, as a list of named checks.
#pragma once

#include <string>
#include <vector>

namespace everynode::serving {

struct Check {
  std::string name;
  std::string problem;  ///< empty: passed
};

[[nodiscard]] bool all_passed(const std::vector<Check>& checks);

/// One line per check, as the API server's own /readyz?verbose prints them: "[+]certificate ok", "[-]draining failed:
/// ...".
[[nodiscard]] std::string to_text(const std::vector<Check>& checks);

}  // namespace everynode::serving
