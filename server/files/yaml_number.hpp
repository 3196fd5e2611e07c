/// Numbers and dates in texts, as Go's standard library reads and writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace everynode::files {

/// An integer with an optional sign and base (0b, 0o, 0x, or 0 for octal; either case), 64 bits; one that does not fit
/// with a sign may have none and fit without (strconv.ParseInt and ParseUint, base 0, without underscores). monostate:
/// it is none.
using Integer = std::variant<std::monostate, std::int64_t, std::uint64_t>;
[[nodiscard]] Integer parse_integer(std::string_view text);

/// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?, the nearest double. nullopt: it is none, or beyond all doubles.
[[nodiscard]] std::optional<double> parse_float(const std::string& text);

/// The text without underscores; nullopt if one of them does not stand between two digits (Go's literals).
[[nodiscard]] std::optional<std::string> without_underscores(std::string_view text);

/// True if it is YYYY-M-D, alone or with a time and its zone, that YAML's !!timestamp may have.
[[nodiscard]] bool is_timestamp(std::string_view text);

/// The shortest digits that mean this finite number, with an exponent below 1e-6 and from 1e21 on (encoding/json).
[[nodiscard]] std::string shortest_json(double value);

/// The shortest digits that mean this number in 32 bits, with an exponent below 1e-4 and from 1e6 on; ".inf", "-.inf"
/// and
/// ".nan" (sigs.k8s.io/yaml's keys: strconv.FormatFloat with 'g', -1, 32).
[[nodiscard]] std::string shortest_key(double value);

}  // namespace everynode::files
