/// What overlays need to know of a cluster, from lists and watches into a store that audits pods.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/cache/feed.hpp"
#include "everynode/cache/store.hpp"
#include "everynode/overlay/node.hpp"

namespace everynode::cache {

/// A Node, and what overlays read of it; nullopt: it has an amount that is no quantity.
struct SizedNode {
  objects::Node node;
  std::optional<overlay::Node> size;
  std::string uid;               ///< where it was read from JSON
  std::string resource_version;  ///< likewise
};

/// What overlays cannot read of a node hides nothing of the rest.
objects::ObjectMeta read(codec::JsonValue value, SizedNode& out);
objects::ObjectMeta read(codec::Message object, SizedNode& out);

/// What whoever keeps the store adds.
struct OverlayHooks {
  std::function<void()> changed;  ///< pods were compared again
  /// It keeps its last known state.
  std::function<void(const objects::ObjectMeta&, std::string_view problem)> unreadable;
  std::function<void(const objects::ObjectMeta&)> settled = {};  ///< an overlay was read, or has gone; may be left out
};

// The store must live as long as the consumers. Overlays may be absent: then there are none.
[[nodiscard]] protocol::WatchConsumer overlay_consumer(Store& store, OverlayHooks hooks);
[[nodiscard]] protocol::WatchConsumer priority_class_consumer(Store& store, OverlayHooks hooks);
/// Nodes, with what overlays read of them.
[[nodiscard]] protocol::WatchConsumer sized_node_consumer(Store& store, Feed<objects::Node> feed);
/// Pods, with what admission made of them.
[[nodiscard]] protocol::WatchConsumer audited_pod_consumer(Store& store, Feed<objects::DaemonPod> feed);

}  // namespace everynode::cache
