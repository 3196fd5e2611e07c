/// Times as Kubernetes writes them: RFC 3339, in UTC.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace everynode::core {

/// Any RFC 3339 time; digits beyond microseconds are cut off. nullopt if it is none.
[[nodiscard]] std::optional<std::chrono::sys_time<std::chrono::microseconds>> parse_time(std::string_view text);

/// As metav1.Time: "2026-01-02T03:04:05Z".
[[nodiscard]] std::string to_rfc3339(std::chrono::sys_seconds time);

/// As metav1.MicroTime: "2026-01-02T03:04:05.000006Z".
[[nodiscard]] std::string to_rfc3339_micro(std::chrono::sys_time<std::chrono::microseconds> time);

}  // namespace everynode::core
