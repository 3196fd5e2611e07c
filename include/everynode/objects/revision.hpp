/// ControllerRevisions: the history of a DaemonSet's templates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/objects/daemon_pod.hpp"
#include "everynode/objects/daemon_set.hpp"

namespace everynode::objects {

struct ControllerRevision {
  std::string namespace_;
  std::string name;
  std::string uid;
  std::string resource_version;
  Labels labels;
  Shared<ControllerRef> controller;
  bool terminating = false;
  Time created{};  ///< metadata.creationTimestamp
  std::int64_t revision = 0;
  std::string data;          ///< the bytes, as the API server keeps them
  std::string change_cause;  ///< its annotation kubernetes.io/change-cause; empty: it has none

  bool operator==(const ControllerRevision&) const = default;

  [[nodiscard]] std::string_view hash() const { return labels.get(revision_hash_label); }
};

/// The name of a template's revision within its DaemonSet: letters and digits that cannot form words. The same template
/// and collision count give the same hash (requirement 9.6).
[[nodiscard]] std::string revision_hash(std::string_view data, std::optional<std::int64_t> collision_count);

/// The body of a new ControllerRevision (requirement 9.4). `data` goes in as it is.
[[nodiscard]] std::string revision_body(const DaemonSet& daemon_set, std::string_view hash, std::int64_t revision);

}  // namespace everynode::objects
