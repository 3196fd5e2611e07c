/// Kubernetes' rules for names and tolerations. The API server refuses a pod that breaks them, even if the webhook
/// fails open: what we write must obey them.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/objects/toleration.hpp"

namespace everynode::objects {

/// An RFC 1123 subdomain, at most 253 characters: the names of nodes and most objects have this form.
[[nodiscard]] bool is_subdomain(std::string_view text);

/// A label's key: an optional subdomain and "/", then at most 63 letters, digits, "-", "_" and ".".
[[nodiscard]] bool is_label_key(std::string_view text);

/// A label's value: empty, or formed like the last part of a key.
[[nodiscard]] bool is_label_value(std::string_view text);

/// The number in canonical decimal form: no sign but '-', no leading zero, 64 bits at most. Source: `content`
/// `IsDecimalInteger`.
[[nodiscard]] std::optional<std::int64_t> decimal_integer(std::string_view text);

/// True of Lt and Gt: they compare the taint's value, as a number, with the toleration's.
[[nodiscard]] bool is_comparison(std::string_view op);

/// Refuses a toleration that the API server refuses. One with Lt or Gt it takes only with the feature gate
/// TaintTolerationComparisonOperators, of which nobody tells us.
[[nodiscard]] std::expected<void, std::string> check(const Toleration& toleration);

}  // namespace everynode::objects
