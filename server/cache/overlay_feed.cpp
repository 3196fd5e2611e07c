#include "everynode/cache/overlay_feed.hpp"

#include <exception>
#include <utility>

namespace everynode::cache {
namespace {

/// The feed of objects that are more than those that it knows; `take` puts the rest into the store.
template <class Wider, class Object, class Take>
Feed<Wider> widened(Feed<Object> feed, Take take) {
  Feed<Wider> wider;
  wider.put = [put = std::move(feed.put), take](Wider&& object, bool fresh) { take(put, std::move(object), fresh); };
  wider.remove = std::move(feed.remove);
  wider.unreadable = std::move(feed.unreadable);
  wider.replaced = std::move(feed.replaced);
  wider.changed = std::move(feed.changed);
  wider.went_back = std::move(feed.went_back);
  return wider;
}

/// A consumer of objects that are read in JSON into `object`.
template <class Object>
protocol::WatchConsumer reader_of(const std::shared_ptr<Object>& object) {
  protocol::WatchConsumer consumer;
  consumer.read = [object](codec::JsonValue value) {
    *object = {};
    return read(value, *object);
  };
  consumer.progressed = [](std::string_view) {};
  return consumer;
}

}  // namespace

/// A value can be read once, but its text twice.
objects::ObjectMeta read(codec::JsonValue value, SizedNode& out) {
  std::string_view text;
  codec::read_raw(value, text);
  if (!value.reader.ok()) return {};
  const std::string json(text);
  codec::Document document;
  auto whole = document.read(json, [&](codec::JsonValue root) {
    const objects::ObjectMeta identity = read(root, out.node);
    out.uid = identity.uid;
    out.resource_version = identity.resource_version;
  });
  if (!whole) {
    value.fail(whole.error().text());
    return {};
  }
  if (auto size = overlay::read_node(json, document)) out.size = std::move(*size);
  return {.namespace_ = {},
          .name = out.size ? out.size->name : out.node.name,
          .uid = out.uid,
          .resource_version = out.resource_version};
}

objects::ObjectMeta read(codec::Message object, SizedNode& out) {
  const objects::ObjectMeta identity = read(object, out.node);
  try {
    read(object, out.size.emplace());
  } catch (const std::exception&) {
    out.size.reset();
  }
  return identity;
}

protocol::WatchConsumer overlay_consumer(Store& store, OverlayHooks hooks) {
  const auto one = std::make_shared<overlay::DaemonSetOverlay>();
  protocol::WatchConsumer consumer = reader_of(one);
  consumer.may_be_absent = true;
  const auto known = [&store, hooks] {
    store.know_overlays();
    hooks.changed();
  };
  const auto settled = [hooks](const objects::ObjectMeta& meta) {
    if (hooks.settled) hooks.settled(meta);
  };
  consumer.begin_replacement = [&store] { store.knowledge().begin_overlays(); };
  consumer.listed = [&store, one, hooks, settled](const protocol::Object& seen) {
    if (seen.unreadable.empty()) {
      settled(seen.meta);
      return store.knowledge().listed(*one);
    }
    store.knowledge().keep_overlay(seen.meta.namespace_, seen.meta.name);
    hooks.unreadable(seen.meta, seen.unreadable);
  };
  consumer.end_replacement = [&store, known](std::string_view) {
    store.knowledge().end_overlays();
    known();
    return kube::Continuity::proven;
  };
  consumer.changed = [&store, one, hooks, known, settled](protocol::Change change, const protocol::Object& seen) {
    const bool gone = change == protocol::Change::deleted;
    if (!gone && !seen.unreadable.empty()) {
      hooks.unreadable(seen.meta, seen.unreadable);
      return false;
    }
    settled(seen.meta);
    const bool news =
        gone ? store.knowledge().remove_overlay(seen.meta.namespace_, seen.meta.name) : store.knowledge().put(*one);
    if (news) known();
    return news;
  };
  return consumer;
}

protocol::WatchConsumer priority_class_consumer(Store& store, OverlayHooks hooks) {
  const auto one = std::make_shared<overlay::PriorityClass>();
  protocol::WatchConsumer consumer = reader_of(one);
  consumer.may_be_absent = true;  // whoever may not list them knows those that each cluster has
  const auto known = [&store, hooks] {
    store.know_classes();
    hooks.changed();
  };
  consumer.begin_replacement = [&store] { store.knowledge().begin_classes(); };
  consumer.listed = [&store, one](const protocol::Object& seen) {
    if (seen.unreadable.empty()) store.knowledge().listed(std::string(seen.meta.name), *one);
  };
  consumer.end_replacement = [&store, known](std::string_view) {
    store.knowledge().end_classes();
    known();
    return kube::Continuity::proven;
  };
  consumer.changed = [&store, one, known](protocol::Change change, const protocol::Object& seen) {
    const bool gone = change == protocol::Change::deleted || !seen.unreadable.empty();
    const bool news = gone ? store.knowledge().remove_class(seen.meta.name)
                           : store.knowledge().put(std::string(seen.meta.name), *one);
    if (news) known();
    return news;
  };
  return consumer;
}

protocol::WatchConsumer sized_node_consumer(Store& store, Feed<objects::Node> feed) {
  const auto take = [&store](const auto& put, SizedNode&& seen, bool fresh) {
    put(std::move(seen.node), fresh);
    if (seen.size) store.know_node(*seen.size);
  };
  return cache::consumer_of(store, Store::Kind::node, widened<SizedNode>(std::move(feed), take));
}

protocol::WatchConsumer audited_pod_consumer(Store& store, Feed<objects::DaemonPod> feed) {
  const auto take = [](const auto& put, objects::AuditedPod&& pod, bool fresh) { put(std::move(pod), fresh); };
  return cache::consumer_of(store, Store::Kind::pod, widened<objects::AuditedPod>(std::move(feed), take));
}

}  // namespace everynode::cache
