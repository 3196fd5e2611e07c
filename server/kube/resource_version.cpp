#include "everynode/kube/resource_version.hpp"

#include <algorithm>

namespace everynode::kube {
namespace {

bool is_decimal(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && text.front() != '0' && std::ranges::all_of(text, digit);
}

}  // namespace

std::optional<std::strong_ordering> compare_resource_versions(std::string_view a, std::string_view b) {
  if (!is_decimal(a) || !is_decimal(b)) return std::nullopt;
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a <=> b;
}

bool has_seen(std::string_view seen, std::string_view wanted) {
  const auto order = compare_resource_versions(seen, wanted);
  return !order || *order >= 0;
}

}  // namespace everynode::kube
