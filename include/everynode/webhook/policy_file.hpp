/// The policy as a YAML file (--config).
///
///     networkUnavailable: always        # always, host-network or never
///     ownerKinds:                       # count as a DaemonSet, beside the kind DaemonSet of any group
///       - {group: apps.example.com, kind: NodeAgent}
///     tolerations:                      # for every pod of a DaemonSet, beside the built-in two
///       - {key: example.com/gpu, operator: Exists, effect: NoSchedule}
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/admission/policy.hpp"
#include "everynode/codec/mistake.hpp"

namespace everynode::webhook {

/// Reads a policy. Errors name the field or the line: unknown fields, duplicate fields, wrong types, tolerations that
/// the API server would refuse, a second document. An empty file is an error too: a file looks empty while somebody
/// writes it, and that must not replace the policy in force.
[[nodiscard]] std::expected<admission::Policy, codec::Mistake> read_policy(const std::string& yaml);

/// "always", "host-network" or "never".
[[nodiscard]] std::optional<admission::NetworkUnavailable> parse_network_unavailable(std::string_view word);

}  // namespace everynode::webhook
