/// One story, from the first DaemonSet to the last, that a controller must bring to its end whatever befalls it:
/// creation with adoption, a rolling update, the end of a node.
#pragma once

#include <functional>

#include "laws.hpp"

namespace everynode::controller {

class Story {
 public:
  Story();

  [[nodiscard]] FakeCluster& cluster() { return cluster_; }

  /// Plays on. `meanwhile` is called again and again while it waits. Returns what went wrong; empty if nothing did.
  [[nodiscard]] std::string play(const std::function<void()>& meanwhile);

  [[nodiscard]] std::string summary() const;

 private:
  [[nodiscard]] bool comes_to_rest(const std::function<void()>& meanwhile);

  Laws laws_{1};
  FakeCluster cluster_;
};

}  // namespace everynode::controller
