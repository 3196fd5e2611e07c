/// `resource.Quantity` of Kubernetes, exact: in whole billionths, never in doubles.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/codec/reader.hpp"

namespace everynode::overlay {

/// Which suffixes a quantity is written with: 1500m and 2G, 64Mi, or 2e3.
enum class Suffixes : std::uint8_t { decimal, binary, exponent };

/// Two quantities are equal if their amounts are, however they are written: 1Gi == 1073741824.
class Quantity {
 public:
  __extension__ using Nanos = __int128;

  Quantity() = default;
  constexpr Quantity(Nanos nanos, Suffixes suffixes) : nanos_(nanos), suffixes_(suffixes) {}

  [[nodiscard]] constexpr Nanos nanos() const { return nanos_; }
  [[nodiscard]] constexpr Suffixes suffixes() const { return suffixes_; }

  constexpr bool operator==(const Quantity& other) const { return nanos_ == other.nanos_; }
  constexpr auto operator<=>(const Quantity& other) const { return nanos_ <=> other.nanos_; }

 private:
  Nanos nanos_ = 0;
  Suffixes suffixes_ = Suffixes::decimal;
};

/// Reads "100m", "2", "0.5", "64Mi", "2e3". What is smaller than a billionth is rounded up to it, as Kubernetes does
/// (k8s.io/apimachinery, pkg/api/resource). nullopt: not a quantity, beyond 2^63-1, or of more than 27 digits.
[[nodiscard]] std::optional<Quantity> parse_quantity(std::string_view text);

/// Why a text is no quantity that `parse_quantity` reads: "expected a quantity such as 100m, 2 or 64Mi", or that it is
/// one, but too large. Empty: it is read.
[[nodiscard]] std::string_view problem_with_quantity(std::string_view text);

/// Its canonical form, as the API server stores it: the largest suffix that leaves a whole number.
[[nodiscard]] std::string to_text(const Quantity& quantity);

// These are exact; nullopt: too large.
[[nodiscard]] std::optional<Quantity> sum(const Quantity& a, const Quantity& b);
/// `of` * numerator / denominator, rounded up to a billionth. The result is written as `of` is. denominator > 0.
[[nodiscard]] std::optional<Quantity> fraction(const Quantity& of, Quantity::Nanos numerator,
                                               Quantity::Nanos denominator);
/// Rounded up to a multiple of `unit`, which is positive.
[[nodiscard]] std::optional<Quantity> rounded_up(const Quantity& quantity, Quantity::Nanos unit);

/// A text or a number.
void read(codec::JsonValue value, Quantity& out);

}  // namespace everynode::overlay
