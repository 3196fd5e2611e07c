#include "everynode/objects/validation.hpp"

#include <algorithm>
#include <charconv>

namespace everynode::objects {
namespace {

bool is_lower_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_alphanumeric(char c) {
  return is_lower_alphanumeric(c) || (c >= 'A' && c <= 'Z');
}

/// One part of a subdomain.
bool is_dns_label(std::string_view text) {
  if (text.empty()) return false;
  const auto allowed = [](char c) { return is_lower_alphanumeric(c) || c == '-'; };
  return is_lower_alphanumeric(text.front()) && is_lower_alphanumeric(text.back()) &&
         std::ranges::all_of(text, allowed);
}

/// The part of a label's key behind the prefix.
bool is_qualified_part(std::string_view text) {
  if (text.empty() || text.size() > 63) return false;
  const auto allowed = [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; };
  return is_alphanumeric(text.front()) && is_alphanumeric(text.back()) && std::ranges::all_of(text, allowed);
}

}  // namespace

bool is_subdomain(std::string_view text) {
  if (text.size() > 253) return false;
  for (;;) {
    const auto dot = text.find('.');
    if (!is_dns_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_label_key(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return is_qualified_part(text);
  return is_subdomain(text.substr(0, slash)) && is_qualified_part(text.substr(slash + 1));
}

bool is_label_value(std::string_view text) {
  return text.empty() || is_qualified_part(text);
}

std::optional<std::int64_t> decimal_integer(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.starts_with('0') && text != "0") return std::nullopt;
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

bool is_comparison(std::string_view op) {
  return op == "Lt" || op == "Gt";
}

std::expected<void, std::string> check(const Toleration& toleration) {
  const std::string op(toleration.op);
  const std::string effect(toleration.effect);
  const bool known_op = op.empty() || op == "Equal" || op == "Exists" || is_comparison(op);
  if (!known_op) return std::unexpected("operator must be Exists, Equal, Lt or Gt, not \"" + op + "\"");
  if (toleration.key.empty() && op != "Exists") return std::unexpected("operator must be Exists when key is empty");
  if (!toleration.key.empty() && !is_label_key(toleration.key))
    return std::unexpected("key \"" + std::string(toleration.key) + "\" is no label key");
  if (op == "Exists" && !toleration.value.empty())
    return std::unexpected("value must be empty when operator is Exists");
  if (is_comparison(op) && !decimal_integer(toleration.value))
    return std::unexpected("value must be a decimal integer when operator is " + op + ", not \"" +
                           std::string(toleration.value) + "\"");
  if (!is_comparison(op) && !is_label_value(toleration.value))
    return std::unexpected("value \"" + std::string(toleration.value) + "\" is no label value");
  const bool known = effect.empty() || effect == "NoSchedule" || effect == "PreferNoSchedule" || effect == "NoExecute";
  if (!known)
    return std::unexpected("effect must be NoSchedule, PreferNoSchedule or NoExecute, not \"" + effect + "\"");
  if (toleration.toleration_seconds && effect != "NoExecute")
    return std::unexpected("tolerationSeconds goes with effect NoExecute only");
  return {};
}

}  // namespace everynode::objects
