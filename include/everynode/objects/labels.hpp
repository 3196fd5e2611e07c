/// Labels (and annotations), and the selectors that choose by them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace everynode::objects {

/// A small sorted map, for many objects with few labels each. Copies share their entries until one of them changes.
class Labels {
 public:
  using Entry = std::pair<std::string, std::string>;

  Labels() = default;
  Labels(std::initializer_list<Entry> entries);

  /// Sets or replaces.
  void set(std::string_view key, std::string_view value);
  /// Null if there is no such key.
  [[nodiscard]] const std::string* find(std::string_view key) const;
  /// Empty if there is no such key.
  [[nodiscard]] std::string_view get(std::string_view key) const;

  [[nodiscard]] bool empty() const { return entries().empty(); }
  [[nodiscard]] auto begin() const { return entries().begin(); }
  [[nodiscard]] auto end() const { return entries().end(); }
  bool operator==(const Labels& other) const { return shares(other) || entries() == other.entries(); }
  /// True if both share their entries and so are equal. False does not mean that they differ.
  [[nodiscard]] bool shares(const Labels& other) const { return entries_ == other.entries_; }

 private:
  using Entries = std::vector<Entry>;
  static const Entries none;

  [[nodiscard]] const Entries& entries() const { return entries_ ? *entries_ : none; }
  [[nodiscard]] Entries& own();

  std::shared_ptr<Entries> entries_;  ///< ascending by key; changed only by its one owner
};

struct LabelSelectorRequirement {
  std::string key;
  std::string op;  ///< "In", "NotIn", "Exists", "DoesNotExist"
  std::vector<std::string> values;

  bool operator==(const LabelSelectorRequirement&) const = default;
};

/// `metav1.LabelSelector`. An entry of matchLabels is a requirement `key In [value]`. All are ANDed.
struct LabelSelector {
  std::vector<LabelSelectorRequirement> requirements;

  /// The empty selector matches everything, and Everynode never acts on it (requirement 11.4).
  [[nodiscard]] bool empty() const { return requirements.empty(); }
  bool operator==(const LabelSelector&) const = default;
};

/// As a query of the API has it, e.g. "app in (agent),tier,!old"; empty: everything matches.
[[nodiscard]] std::string to_text(const LabelSelector& selector);

/// False also for a requirement with an unknown operator.
[[nodiscard]] bool matches(const LabelSelector& selector, const Labels& labels);

}  // namespace everynode::objects
