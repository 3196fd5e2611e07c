/// Which credential plugins may run, by kubectl's preferences (kuberc).
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/codec/mistake.hpp"

namespace everynode::kubeconfig {

struct PluginPolicy {
  enum class Kind : std::uint8_t { allow_all, deny_all, allowlist };

  Kind kind = Kind::allow_all;
  std::vector<std::string> commands;  ///< the entries of an allowlist: names or paths
};

/// Returns the path of a command, as a shell finds it; empty: there is none.
using LookUp = std::function<std::string(const std::string&)>;

/// Reads one document of a kuberc, as JSON. nullopt: it is not a Preference of kubectl, and another document may be.
/// The error names the field.
[[nodiscard]] std::expected<std::optional<PluginPolicy>, codec::Mistake> read_preference(const std::string& json);

/// Whether a plugin may run. `command` is the kubeconfig's, without needless parts; `place` is its path. An entry of
/// the list matches if it is the command, its path, or is found at the same path.
[[nodiscard]] bool may_run(const PluginPolicy& policy, const std::string& command, const std::string& place,
                           const LookUp& look_up);

}  // namespace everynode::kubeconfig
