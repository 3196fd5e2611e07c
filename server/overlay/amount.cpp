#include "everynode/overlay/amount.hpp"

#include <algorithm>

namespace everynode::overlay {
namespace {

constexpr Quantity::Nanos one = 1'000'000'000;
constexpr Quantity::Nanos thousandth = one / 1000;

constexpr std::string_view pods = "pods";

std::unexpected<std::string> too_large(Resource resource) {
  return std::unexpected("the amount of " + std::string(name_of(resource)) + " is too large");
}

/// What the node has, or why that cannot be told.
std::expected<Quantity, std::string> allocatable(const Node* node, std::string_view resource) {
  if (node == nullptr) return std::unexpected("the amount depends on the node, which is not known");
  const Quantity* const found = node->allocatable_of(resource);
  if (found == nullptr) return std::unexpected("node " + node->name + " has no allocatable " + std::string(resource));
  return *found;
}

/// "1.5" for 1500m: a percentage has no suffix.
std::string percent_text(const Quantity& percent) {
  std::string fraction = std::to_string(static_cast<std::int64_t>(one + percent.nanos() % one)).substr(1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return std::to_string(static_cast<std::int64_t>(percent.nanos() / one)) + (fraction.empty() ? "" : "." + fraction);
}

/// The terms of an amount, added up; nullopt: too large. The amounts are written as `zero` is.
class Total {
 public:
  explicit Total(Quantity zero) : total_(zero) {}

  void add(std::optional<Quantity> term) { total_ = total_ && term ? sum(*total_, *term) : std::nullopt; }
  [[nodiscard]] const std::optional<Quantity>& value() const { return total_; }

 private:
  std::optional<Quantity> total_;
};

/// Nothing but a base.
bool is_plain(const Amount& amount) {
  return amount.base && !amount.percent_of_allocatable && !amount.per_pod && !amount.min && !amount.max;
}

}  // namespace

std::expected<Quantity, std::string> evaluate(const Amount& amount, Resource resource, const Node* node) {
  const bool cpu = resource == Resource::cpu;
  Total total(Quantity(0, cpu ? Suffixes::decimal : Suffixes::binary));
  if (amount.base) total.add(amount.base);
  if (amount.percent_of_allocatable) {
    const auto whole = allocatable(node, name_of(resource));
    if (!whole) return std::unexpected(whole.error());
    total.add(fraction(*whole, amount.percent_of_allocatable->nanos(), 100 * one));
  }
  if (amount.per_pod) {
    const auto number = allocatable(node, pods);
    if (!number) return std::unexpected(number.error());
    total.add(fraction(*amount.per_pod, number->nanos(), one));
  }
  if (!total.value()) return too_large(resource);
  Quantity result = *total.value();
  if (amount.min) result = std::max(result, *amount.min);
  if (amount.max) result = std::min(result, *amount.max);
  // Only now, as the bounds may be finer than what a container can have.
  const auto rounded = rounded_up(result, cpu ? thousandth : one);
  if (!rounded) return too_large(resource);
  return *rounded;
}

std::string arithmetic(const Amount& amount, Resource resource, const Node* node) {
  if (is_plain(amount)) return {};
  const auto allocatable_text = [&](std::string_view name) {
    const auto found = allocatable(node, name);
    return found ? to_text(*found) : "?";
  };
  std::string text;
  const auto add = [&](const std::string& term) { text += (text.empty() ? "" : " + ") + term; };
  if (amount.base) add(to_text(*amount.base));
  if (amount.percent_of_allocatable) {
    add(percent_text(*amount.percent_of_allocatable) + " % of " + allocatable_text(name_of(resource)));
  }
  if (amount.per_pod) add(to_text(*amount.per_pod) + " for each of " + allocatable_text(pods) + " pods");
  if (amount.min) text += ", at least " + to_text(*amount.min);
  if (amount.max) text += ", at most " + to_text(*amount.max);
  return text;
}

}  // namespace everynode::overlay
