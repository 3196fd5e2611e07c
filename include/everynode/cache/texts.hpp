/// Lets objects share equal texts: the pods of a node name it, and those of a namespace, a client or a trouble too.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string_view>
#include <unordered_set>

#include "everynode/objects/shared_text.hpp"

namespace everynode::cache {

class Texts {
 public:
  /// The text shares its memory with all equal ones that were passed before and are still in use.
  void share(objects::SharedText& text) {
    if (text.empty()) return;
    const auto [known, added] = texts_.insert(text);
    if (!added) text = *known;
    if (texts_.size() > most_) sweep();
  }

  [[nodiscard]] std::size_t size() const { return texts_.size(); }

 private:
  struct Hash {
    std::size_t operator()(const objects::SharedText& text) const { return std::hash<std::string_view>()(text); }
  };
  static constexpr std::size_t few = 1024;

  /// Forgets what nobody uses any more. The next time is when there are twice as many.
  void sweep() {
    std::erase_if(texts_, [](const objects::SharedText& text) { return text.alone(); });
    most_ = std::max(few, 2 * texts_.size());
  }

  std::unordered_set<objects::SharedText, Hash> texts_;
  std::size_t most_ = few;
};

}  // namespace everynode::cache
