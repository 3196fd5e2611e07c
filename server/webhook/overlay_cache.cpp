#include "overlay_cache.hpp"

#include <boost/asio/post.hpp>
#include <random>
#include <utility>

#include "everynode/cluster/spawn.hpp"
#include "everynode/logging/version.hpp"

namespace everynode::webhook {

/// One collection, with a client of its own: to end its watch is to close that.
struct OverlayCache::Source {
  Source(const boost::asio::any_io_executor& executor, const cluster::Config& config, kube::Collection collection,
         protocol::WatchConsumer consumer, cluster::InformerObserver observer)
      : client(executor, config,
               {.connections = 2, .user_agent = "everynode-webhook/" + std::string(logging::version())}),
        informer(executor, client, std::move(collection), std::move(consumer), std::move(observer),
                 std::random_device()()) {}

  void stop() {
    informer.stop();
    client.close();
  }

  cluster::Client client;
  cluster::Informer informer;
};

namespace {

/// Keeps the source alive until its last request has ended.
cluster::Awaitable<void> run(std::shared_ptr<void> kept, cluster::Informer& informer) {
  co_await informer.run();
}

/// A consumer of objects that are read in JSON into `object`.
template <class Object>
protocol::WatchConsumer consumer_of(const std::shared_ptr<Object>& object) {
  protocol::WatchConsumer consumer;
  consumer.read = [object](codec::JsonValue value) { return read(value, *object = {}); };
  consumer.progressed = [](std::string_view) {};
  return consumer;
}

}  // namespace

OverlayCache::OverlayCache(boost::asio::any_io_executor executor, cluster::Config config, SharedKnown& published,
                           OverlayObserver observer)
    : executor_(std::move(executor)),
      config_(std::move(config)),
      published_(published),
      observer_(std::move(observer)),
      lookup_(executor_, config_, observer_.looked_up) {}

void OverlayCache::start() {
  overlays_ = begin(kube::daemon_set_overlays, overlay_consumer());
  classes_ = begin(kube::priority_classes, class_consumer());
}

void OverlayCache::stop() {
  stopped_ = true;
  for (const auto& source : {overlays_, classes_, nodes_, nodes_before_}) {
    if (source) source->stop();
  }
  lookup_.stop();
}

std::vector<Followed> OverlayCache::followed() const {
  const auto current = [](const std::shared_ptr<Source>& source) {
    return source && source->informer.synced() && source->informer.problem().empty();
  };
  return {{.resource = kube::daemon_set_overlays.plural, .current = current(overlays_)},
          {.resource = kube::priority_classes.plural, .current = current(classes_)},
          {.resource = kube::nodes.plural, .current = current(nodes_before_ ? nodes_before_ : nodes_)}};
}

std::string OverlayCache::not_ready() const {
  for (const auto& source : {overlays_, classes_, nodes_before_ ? nodes_before_ : nodes_}) {
    if (!source) return "overlays are not listed yet";
    if (source->informer.synced()) continue;
    return source->informer.problem().empty() ? "not everything is listed yet" : source->informer.problem();
  }
  return {};
}

std::shared_ptr<OverlayCache::Source> OverlayCache::begin(kube::Collection collection,
                                                          protocol::WatchConsumer consumer) {
  const std::string_view resource = collection.resource.plural;
  consumer.went_back = [this] { start_over(); };
  cluster::InformerObserver observer;
  observer.failed = [this, resource](protocol::WatchFailure kind, const std::string& problem) {
    if (kind != protocol::WatchFailure::expired) observer_.failed(resource, problem);
  };
  auto source =
      std::make_shared<Source>(executor_, config_, std::move(collection), std::move(consumer), std::move(observer));
  cluster::spawn(executor_, run(source, source->informer));
  return source;
}

void OverlayCache::list_nodes() {
  end_nodes_before();
  nodes_before_ = std::exchange(nodes_, nullptr);
  knowledge_.expect_nodes();
  nodes_ = begin(kube::nodes, node_consumer(++node_lists_));
}

void OverlayCache::end_nodes_before() {
  if (nodes_before_) nodes_before_->stop();
  nodes_before_.reset();
}

/// Nodes are watched once it is known what overlays ask of them, and listed anew when that becomes more. Pods come
/// meanwhile, and to list thousands of nodes takes its time: so they are watched as before until then.
void OverlayCache::note_wishes() {
  if (!stopped_ && (!nodes_ || knowledge_.nodes_lack_keys())) list_nodes();
}

/// What one collection has seen holds for all: the others may wait for versions that do not come any more. Until they
/// are listed, what was known counts. A source cannot be ended from within.
void OverlayCache::start_over() {
  if (std::exchange(starts_over_, true)) return;
  observer_.went_back();
  boost::asio::post(executor_, [this] {
    starts_over_ = false;
    if (stopped_) return;
    overlays_->stop();
    classes_->stop();
    start();
    if (!nodes_) return;
    list_nodes();
    end_nodes_before();
  });
}

void OverlayCache::publish() {
  // A list that has just been completed counts only once the informer knows that.
  boost::asio::post(executor_, [this] { observer_.known(knowledge_.nodes(), knowledge_.overlays()); });
  if (listed_nodes_ > 0) published_ = std::make_shared<const overlay::Known>(knowledge_.known());
}

protocol::WatchConsumer OverlayCache::overlay_consumer() {
  const auto one = std::make_shared<overlay::DaemonSetOverlay>();
  protocol::WatchConsumer consumer = consumer_of(one);
  consumer.may_be_absent = true;  // without their definition there are none
  // What cannot be read stays as it was known.
  const auto readable = [this](const protocol::Object& seen) {
    if (!seen.unreadable.empty())
      observer_.failed("daemonsetoverlays", std::string(seen.meta.name) + ": " + std::string(seen.unreadable));
    return seen.unreadable.empty();
  };
  consumer.begin_replacement = [this] { knowledge_.begin_overlays(); };
  consumer.listed = [this, one, readable](const protocol::Object& seen) {
    if (readable(seen)) return knowledge_.listed(*one);
    knowledge_.keep_overlay(seen.meta.namespace_, seen.meta.name);
  };
  consumer.end_replacement = [this](std::string_view) {
    knowledge_.end_overlays();
    note_wishes();
    publish();
    return kube::Continuity::proven;
  };
  consumer.changed = [this, one, readable](protocol::Change change, const protocol::Object& seen) {
    const bool gone = change == protocol::Change::deleted;
    if (!gone && !readable(seen)) return false;
    const bool news = gone ? knowledge_.remove_overlay(seen.meta.namespace_, seen.meta.name) : knowledge_.put(*one);
    if (news) note_wishes();
    if (news) publish();
    return news;
  };
  return consumer;
}

protocol::WatchConsumer OverlayCache::class_consumer() {
  const auto one = std::make_shared<overlay::PriorityClass>();
  protocol::WatchConsumer consumer = consumer_of(one);
  consumer.begin_replacement = [this] { knowledge_.begin_classes(); };
  consumer.listed = [this, one](const protocol::Object& seen) {
    if (seen.unreadable.empty()) knowledge_.listed(std::string(seen.meta.name), *one);
  };
  consumer.end_replacement = [this](std::string_view) {
    knowledge_.end_classes();
    publish();
    return kube::Continuity::proven;
  };
  consumer.changed = [this, one](protocol::Change change, const protocol::Object& seen) {
    const bool gone = change == protocol::Change::deleted || !seen.unreadable.empty();
    const bool news =
        gone ? knowledge_.remove_class(seen.meta.name) : knowledge_.put(std::string(seen.meta.name), *one);
    if (news) publish();
    return news;
  };
  return consumer;
}

/// `list`: which source of nodes it is for. One that came later takes the place of all of them once it is listed, and
/// only that one may list.
protocol::WatchConsumer OverlayCache::node_consumer(std::uint64_t list) {
  const auto one = std::make_shared<overlay::Node>();
  protocol::WatchConsumer consumer = consumer_of(one);
  consumer.read_protobuf = [one](codec::Message message) { return read(message, *one = {}); };
  const auto readable = [this](const protocol::Object& seen) {
    if (!seen.unreadable.empty())
      observer_.failed("nodes", std::string(seen.meta.name) + ": " + std::string(seen.unreadable));
    return seen.unreadable.empty();
  };
  const auto lists = [this, list] { return list == node_lists_; };
  consumer.begin_replacement = [this, lists] {
    if (lists()) knowledge_.begin_nodes();
  };
  consumer.listed = [this, one, readable, lists](const protocol::Object& seen) {
    if (!lists()) return;
    if (readable(seen)) return knowledge_.listed(*one);
    knowledge_.keep_node(seen.meta.name);
  };
  consumer.end_replacement = [this, list, lists](std::string_view) {
    if (!lists()) return kube::Continuity::proven;
    knowledge_.end_nodes();
    listed_nodes_ = list;
    publish();
    // An overlay may have come while the list was on its way; this source cannot be ended from within.
    boost::asio::post(executor_, [this] {
      end_nodes_before();
      note_wishes();
    });
    return kube::Continuity::proven;
  };
  consumer.changed = [this, one, readable, list, lists](protocol::Change change, const protocol::Object& seen) {
    if (list < listed_nodes_) return false;  // the new list may be ahead of it
    const bool gone = change == protocol::Change::deleted;
    if (!gone && !readable(seen)) return false;
    const auto remove = [&](std::string_view name) {
      return lists() ? knowledge_.remove_node(name) : knowledge_.remove_node_until_listed(name);
    };
    const bool news = gone ? remove(seen.meta.name) : knowledge_.put(*one);
    if (news) publish();
    return news;
  };
  return consumer;
}

}  // namespace everynode::webhook
