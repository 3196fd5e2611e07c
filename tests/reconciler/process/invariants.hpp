/// What must be true at every moment, whatever goes wrong.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cluster_objects.hpp"

namespace everynode::reconciler {

/// Until a policy promotes a wave, so many pods may run this image.
struct Hold {
  std::string image;
  std::size_t pods = 0;
};

struct Limits {
  std::size_t unavailable = 1;     ///< nodes without an available pod that a deletion may leave
  std::size_t pods_on_a_node = 1;  ///< of one DaemonSet
  std::size_t creations = 20;      ///< for one node and DaemonSet in ten minutes, which is longer than any test
  std::optional<Hold> hold = std::nullopt;
};

/// Checks each change of a cluster. Not thread-safe: the cluster calls it with its lock held.
class Invariants {
 public:
  explicit Invariants(Limits limits) : limits_(limits) {}

  void check(const FakeObjects& objects, const std::string& plural, const Json& object);
  [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }

 private:
  void one_pod_on_a_node(const FakeObjects& objects, const Json& pod);
  [[nodiscard]] bool keeps_another(const FakeObjects& objects, const Json& pod) const;
  void few_creations(const Json& pod);
  void budget(const FakeObjects& objects, const Json& pod);
  void hold(const FakeObjects& objects);
  void one_revision_for_a_template(const FakeObjects& objects, const Json& revision);

  Limits limits_;
  std::set<std::string> going_;                                                   ///< UIDs of pods whose end was judged
  std::map<std::pair<std::string, std::string>, std::set<std::string>> created_;  ///< UIDs by owner and node
  std::set<std::string> orphans_;  ///< UIDs of pods that nobody controlled at first
  std::vector<std::string> violations_;
};

}  // namespace everynode::reconciler
