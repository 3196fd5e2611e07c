#include "everynode/objects/labels.hpp"

#include <algorithm>

namespace everynode::objects {
namespace {

bool matches(const LabelSelectorRequirement& requirement, const Labels& labels) {
  const std::string* value = labels.find(requirement.key);
  const bool listed = value != nullptr && std::ranges::find(requirement.values, *value) != requirement.values.end();
  if (requirement.op == "In") return listed;
  if (requirement.op == "NotIn") return !listed;
  if (requirement.op == "Exists") return value != nullptr;
  if (requirement.op == "DoesNotExist") return value == nullptr;
  return false;
}

std::string to_text(const LabelSelectorRequirement& requirement) {
  if (requirement.op == "Exists") return requirement.key;
  if (requirement.op == "DoesNotExist") return "!" + requirement.key;
  std::string values;
  for (const std::string& value : requirement.values) values += (values.empty() ? "" : ",") + value;
  return requirement.key + (requirement.op == "NotIn" ? " notin (" : " in (") + values + ")";
}

}  // namespace

Labels::Labels(std::initializer_list<Entry> entries) {
  for (const auto& [key, value] : entries) set(key, value);
}

const Labels::Entries Labels::none;

Labels::Entries& Labels::own() {
  const bool alone = entries_ && entries_.use_count() == 1;
  if (!alone) entries_ = std::make_shared<Entries>(entries());
  return *entries_;
}

void Labels::set(std::string_view key, std::string_view value) {
  Entries& entries = own();
  const bool last = entries.empty() || entries.back().first < key;  // the API server writes maps in order
  if (last) {
    entries.emplace_back(key, value);
    return;
  }
  const auto at = std::ranges::lower_bound(entries, key, {}, &Entry::first);
  if (at != entries.end() && at->first == key) {
    at->second = value;
  } else {
    entries.emplace(at, key, value);
  }
}

/// A linear search. Most keys differ in length, so comparing each is faster than a binary search.
const std::string* Labels::find(std::string_view key) const {
  const auto at = std::ranges::find(entries(), key, &Entry::first);
  return at != end() ? &at->second : nullptr;
}

std::string_view Labels::get(std::string_view key) const {
  const std::string* value = find(key);
  return value == nullptr ? std::string_view{} : std::string_view(*value);
}

std::string to_text(const LabelSelector& selector) {
  std::string text;
  for (const auto& requirement : selector.requirements) text += (text.empty() ? "" : ",") + to_text(requirement);
  return text;
}

bool matches(const LabelSelector& selector, const Labels& labels) {
  return std::ranges::all_of(selector.requirements,
                             [&](const auto& requirement) { return matches(requirement, labels); });
}

}  // namespace everynode::objects
