/// The order of resourceVersions.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

namespace everynode::kube {

/// Compares as decimal numbers of any length (requirement 7.4); nullopt if one of them is not such a number.
[[nodiscard]] std::optional<std::strong_ordering> compare_resource_versions(std::string_view a, std::string_view b);

/// Whether a cache that has seen `seen` has seen `wanted`. True if they cannot be compared, so that no caller waits for
/// ever.
[[nodiscard]] bool has_seen(std::string_view seen, std::string_view wanted);

}  // namespace everynode::kube
