#include "readiness.hpp"

namespace everynode::webhook {
namespace {

std::string certificate_problem(const ReadinessFacts& facts, TimePoint now) {
  if (now < facts.not_before) return "it is not valid yet";
  if (now >= facts.not_after) return "it has expired";
  return {};
}

}  // namespace

std::vector<serving::Check> check_readiness(const ReadinessFacts& facts, TimePoint now) {
  std::vector<serving::Check> checks{
      {.name = "certificate", .problem = certificate_problem(facts, now)},
      {.name = "listener", .problem = facts.self_probe ? "" : facts.self_probe.error()},
      {.name = "draining", .problem = facts.draining ? "the process is about to end" : ""},
  };
  if (facts.token_keys)
    checks.push_back({.name = "token-keys", .problem = *facts.token_keys ? "" : facts.token_keys->error()});
  if (facts.overlays) checks.push_back({.name = "overlays", .problem = *facts.overlays});
  return checks;
}

}  // namespace everynode::webhook
