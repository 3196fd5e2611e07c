/// What is known of a DaemonSet, as an inspection. Private to `inspection`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "everynode/cache/store.hpp"
#include "everynode/daemonset/report.hpp"
#include "everynode/inspection/inspector.hpp"
#include "everynode/objects/event.hpp"

namespace everynode::inspection {

/// What has been seen of a cluster. Refers to what the feeds keep.
struct Seen {
  const cache::Store& store;
  const daemonset::NotReadyNodes& not_ready;
  std::vector<objects::Event> events = {};  ///< of refusals
  std::string_view unseen_nodes = {};       ///< why there are no nodes in the store; empty: they are there
  std::string_view unseen_events = {};      ///< likewise of refusals by events
  std::string_view unseen_policies = {};    ///< why it is not known whether a policy serves a DaemonSet; empty: it is
};

[[nodiscard]] Inspection inspection_of(const Seen& seen, const cache::Key& key, objects::Time now);
[[nodiscard]] Glance glance_at(const Seen& seen, const cache::Key& key, objects::Time now);
[[nodiscard]] Closeup closeup_of(const Seen& seen, const cache::Key& key, std::string_view node, objects::Time now);
[[nodiscard]] Past past_of(const cache::Store& store, const cache::Key& key);

}  // namespace everynode::inspection
