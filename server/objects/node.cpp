#include "everynode/objects/node.hpp"

#include "everynode/objects/validation.hpp"

namespace everynode::objects {
namespace {

bool compares(std::string_view op, std::string_view toleration, std::string_view taint) {
  const auto limit = decimal_integer(toleration);
  const auto have = decimal_integer(taint);
  return limit && have && (op == "Lt" ? *have < *limit : *have > *limit);
}

}  // namespace

bool tolerates(const Toleration& toleration, const Taint& taint) {
  if (!toleration.effect.empty() && toleration.effect != taint.effect) return false;
  if (!toleration.key.empty() && toleration.key != taint.key) return false;
  if (toleration.op == "Exists") return true;
  if (is_comparison(toleration.op)) return compares(toleration.op, toleration.value, taint.value);
  return (toleration.op.empty() || toleration.op == "Equal") && toleration.value == taint.value;
}

std::string to_text(const Taint& taint) {
  return taint.key + (taint.value.empty() ? "" : "=" + taint.value) + ":" + taint.effect;
}

}  // namespace everynode::objects
