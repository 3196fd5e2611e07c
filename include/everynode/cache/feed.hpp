/// From a list and watch into the store: what whoever keeps a store adds of its own are the hooks.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "everynode/cache/store.hpp"
#include "everynode/objects/objects.hpp"
#include "everynode/protocol/watch_machine.hpp"

namespace everynode::cache {

template <class Object>
struct Feed {
  /// Puts what was read into the store; `fresh`: it was created just now.
  std::function<void(Object&&, bool fresh)> put;
  std::function<void(const objects::ObjectMeta&)> remove;
  /// It keeps its last known state.
  std::function<void(const objects::ObjectMeta&, std::string_view problem)> unreadable;
  std::function<void()> replaced;   ///< a whole list is in the store
  std::function<bool()> changed;    ///< an event is; true: it was news
  std::function<void()> went_back;  ///< as `WatchConsumer::went_back`
};

/// The objects of a kind, read by `read(value, object)`, and in protobuf if there is a `read(message, object)`.
/// An object that cannot be read keeps its last known state: nothing is deleted for want of understanding. The store
/// must live as long as the consumer.
template <class Object>
protocol::WatchConsumer consumer_of(Store& store, Store::Kind kind, Feed<Object> feed) {
  const auto object = std::make_shared<Object>();
  const auto hooks = std::make_shared<const Feed<Object>>(std::move(feed));
  const auto take = [&store, kind, object, hooks](const protocol::Object& seen, bool fresh) {
    if (seen.unreadable.empty()) return hooks->put(std::move(*object), fresh);
    store.keep(kind, kind == Store::Kind::node ? seen.meta.name : seen.meta.uid);
    hooks->unreadable(seen.meta, seen.unreadable);
  };
  protocol::WatchConsumer consumer;
  consumer.read = [object](codec::JsonValue value) {
    *object = {};
    return read(value, *object);
  };
  // Of pods and nodes there are many; the others have JSON in them that is compared byte by byte.
  if constexpr (requires(codec::Message message, Object& out) { read(message, out); }) {
    consumer.read_protobuf = [object](codec::Message message) {
      *object = {};
      return read(message, *object);
    };
  }
  consumer.begin_replacement = [&store, kind] { store.begin_replace(kind); };
  consumer.listed = [take](const protocol::Object& seen) { take(seen, false); };
  consumer.end_replacement = [&store, kind, hooks](std::string_view resource_version) {
    const kube::Continuity found = store.end_replace(kind, resource_version);
    hooks->replaced();
    return found;
  };
  consumer.changed = [take, hooks](protocol::Change change, const protocol::Object& seen) {
    if (change == protocol::Change::deleted) {
      hooks->remove(seen.meta);
    } else {
      take(seen, change == protocol::Change::added);
    }
    return hooks->changed();
  };
  consumer.progressed = [](std::string_view) {};
  consumer.before_list = [&store, kind] { return store.before_list(kind); };
  consumer.went_back = [hooks] { hooks->went_back(); };
  return consumer;
}

}  // namespace everynode::cache
