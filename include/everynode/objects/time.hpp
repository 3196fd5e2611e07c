/// Points in time as Kubernetes writes them (RFC 3339, UTC).
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace everynode::objects {

using Time = std::chrono::sys_time<std::chrono::microseconds>;

/// Sets `at` to the earlier of both; nullopt means never.
inline void earliest(std::optional<Time>& at, std::optional<Time> other) {
  if (other) at = std::min(at.value_or(*other), *other);
}

/// How long it is until `at`, at least 0 and at most a day: clocks that count nanoseconds end after 292 years, and an
/// object of the API may bear any year up to 9999.
[[nodiscard]] inline std::chrono::microseconds time_left(Time at, Time now) {
  return std::clamp<std::chrono::microseconds>(at - now, std::chrono::microseconds{0}, std::chrono::days{1});
}

/// Reads "2026-11-24T10:50:04Z", with or without a fraction of at most nine digits (what is below a microsecond is cut
/// off) and with "Z" or an offset like "+01:00"; "t" and "z" may be lower case. nullopt: not a time.
[[nodiscard]] std::optional<Time> parse_time(std::string_view text);

/// `metav1.Time`: whole seconds.
[[nodiscard]] std::string to_rfc3339(std::chrono::sys_seconds time);

/// `metav1.MicroTime`: always six digits of a fraction.
[[nodiscard]] std::string to_rfc3339_micro(Time time);

}  // namespace everynode::objects
