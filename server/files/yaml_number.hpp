/// Numbers and dates in texts, as Go's standard library reads and writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace everynode::files {

/// A 64-bit integer with an optional sign and base (0b, 0o, 0x, or 0 for octal; either case). If it does not fit with a
/// sign, it may have none and fit as unsigned (strconv.ParseInt and ParseUint, base 0, without underscores). monostate:
/// it is not an integer.
using Integer = std::variant<std::monostate, std::int64_t, std::uint64_t>;
[[nodiscard]] Integer parse_integer(std::string_view text);

/// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?, as the nearest double. nullopt: no such number, or too large.
[[nodiscard]] std::optional<double> parse_float(const std::string& text);

/// The text without underscores; nullopt if one of them does not stand between two digits (Go's literals).
[[nodiscard]] std::optional<std::string> without_underscores(std::string_view text);

/// True for YYYY-M-D, alone or with a time and its zone, in the forms that YAML's !!timestamp has.
[[nodiscard]] bool is_timestamp(std::string_view text);

/// True for what YAML 1.1 reads as a date or as a number in base 60 (yaml.org/type: timestamp, int, float), and for
/// what looks like a date with a time but has none: "2026-12-01T02:10:47Z", "1:30", "190:20:30.15".
[[nodiscard]] bool is_date_or_base_60(std::string_view text);

/// The shortest digits that read back as this finite number, with an exponent below 1e-6 and from 1e21 on
/// (encoding/json).
[[nodiscard]] std::string shortest_json(double value);

/// The shortest digits that read back as this number in 32 bits, with an exponent below 1e-4 and from 1e6 on; ".inf",
/// "-.inf" and ".nan" (sigs.k8s.io/yaml's keys: strconv.FormatFloat with 'g', -1, 32).
[[nodiscard]] std::string shortest_key(double value);

}  // namespace everynode::files
