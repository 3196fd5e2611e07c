/// Which credential plugins may run: what kubectl's preferences (kuberc) say about it.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace everynode::kubeconfig {

struct PluginPolicy {
  enum class Kind : std::uint8_t { allow_all, deny_all, allowlist };

  Kind kind = Kind::allow_all;
  std::vector<std::string> commands;  ///< of an allowlist: names, or paths
};

/// Where a command is, as a shell finds it; empty: nowhere.
using LookUp = std::function<std::string(const std::string&)>;

/// One document of a kuberc, as JSON. nullopt: it is no Preference of kubectl, and another document may be. The error
/// names the field.
[[nodiscard]] std::expected<std::optional<PluginPolicy>, std::string> read_preference(const std::string& json);

/// Whether a plugin may run: `command` as the kubeconfig names it, without needless parts, and where that is. Entries
/// of the list are the command itself, its place, or found at the same place.
[[nodiscard]] bool may_run(const PluginPolicy& policy, const std::string& command, const std::string& place,
                           const LookUp& look_up);

}  // namespace everynode::kubeconfig
