/// One story, from the first DaemonSet to the last, that a controller must bring to its end whatever befalls it.
#pragma once

#include <functional>

#include "laws.hpp"

namespace everynode::reconciler {

/// Somebody changes something, and the controller has to follow.
struct Chapter {
  std::string what;
  std::function<void(FakeObjects&)> change;
  /// What must have come of it, beside one ready pod of the newest template on each node.
  std::function<bool(const FakeObjects&)> outcome = [](const FakeObjects&) { return true; };
  bool rests = true;  ///< false: the next chapter begins in the middle of this one, as soon as there is its outcome
};

struct Tale {
  std::string name;
  Limits limits;
  std::vector<Chapter> chapters;
  std::string chance_label = {};  ///< of pods; it depends on the moment, so two runs may differ in it
};

/// Creation with adoption, a rolling update, the end of a node.
[[nodiscard]] Tale usual_tale();

class Story {
 public:
  explicit Story(Tale tale = usual_tale());

  [[nodiscard]] FakeCluster& cluster() { return cluster_; }

  /// Plays on. `meanwhile` is called again and again while it waits. Returns what went wrong; empty if nothing did.
  [[nodiscard]] std::string play(const std::function<void()>& meanwhile);

  [[nodiscard]] std::string summary() const;

 private:
  [[nodiscard]] bool comes_to_rest(const Chapter& chapter, const std::function<void()>& meanwhile);

  Tale tale_;
  Laws laws_{tale_.limits};
  FakeCluster cluster_;
};

}  // namespace everynode::reconciler
