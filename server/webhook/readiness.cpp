#include "everynode/webhook/readiness.hpp"

#include <algorithm>

namespace everynode::webhook {
namespace {

std::string certificate_problem(const ReadinessFacts& facts, TimePoint now) {
  if (now < facts.not_before) return "it is not valid yet";
  if (now >= facts.not_after) return "it has expired";
  return {};
}

}  // namespace

std::vector<Check> check_readiness(const ReadinessFacts& facts, TimePoint now) {
  return {
      {.name = "certificate", .problem = certificate_problem(facts, now)},
      {.name = "listener", .problem = facts.self_probe},
      {.name = "draining", .problem = facts.draining ? "the process is about to end" : ""},
  };
}

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

}  // namespace everynode::webhook
