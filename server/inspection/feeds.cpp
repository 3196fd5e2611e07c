#include "feeds.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "everynode/cluster/spawn.hpp"

namespace everynode::inspection {
namespace {

using cache::Store;

constexpr unsigned unauthorized = 401;
constexpr unsigned forbidden = 403;

/// What was let through before: an API server that has just begun knows neither roles nor accounts yet.
bool may_be_starting(const kube::Outcome& outcome) {
  return outcome && (outcome->status == unauthorized || outcome->status == forbidden);
}

/// A watch that ends with an error event has an answer of status 200.
Failure failure_in(std::string_view address, const kube::Request& request, const kube::Outcome& outcome,
                   std::string problem) {
  if (!outcome || !outcome->ok()) return failure_of(address, request, outcome);
  if (kube::is_html(outcome->body)) return unreadable(address, request, *outcome, problem);
  return {.why = std::move(problem), .chance = Chance::soon};
}

}  // namespace

Feeds::Feeds(const boost::asio::any_io_executor& executor, cluster::Client& client, Scope scope)
    : executor_(executor), client_(client), scope_(std::move(scope)) {
  for (Source* source : {&nodes_, &events_, &policies_, &overlays_, &classes_}) source->needed = false;
  store_.audit_pods();
}

void Feeds::start() {
  kube::Collection daemon_sets(kube::daemon_sets, scope_.key.namespace_);
  if (scope_.single()) daemon_sets.fields = "metadata.name=" + scope_.key.name;
  auto taken = feed<objects::DaemonSet>(daemon_sets_, "DaemonSet");
  taken.remove = [this](const objects::ObjectMeta& gone) {
    store_.remove_daemon_set({.namespace_ = std::string(gone.namespace_), .name = std::string(gone.name)}, gone.uid);
  };
  begin(daemon_sets_, daemon_sets, cache::consumer_of(store_, Store::Kind::daemon_set, std::move(taken)));
  cluster::spawn(executor_, run());
}

void Feeds::stop() {
  stopped_ = true;
  for (Source* const source : sources()) {
    if (source->informer) source->informer->stop();
  }
}

/// The other requests depend on the DaemonSet. Without one there are none.
cluster::Awaitable<void> Feeds::run() {
  co_await daemon_sets_.informer->sync();
  if (!stopped_) begin_others();
  if (scope_.follows) co_await daemon_sets_.informer->run();
}

void Feeds::begin_others() {
  const cache::DaemonSetState* const state = store_.state(scope_.key);
  others_begun_ = true;
  all_changed();
  if (scope_.single() && state == nullptr) return;
  kube::Collection pods(kube::pods, scope_.key.namespace_);
  kube::Collection revisions(kube::controller_revisions, scope_.key.namespace_);
  kube::Collection events(kube::events, scope_.key.namespace_);
  events.fields = "involvedObject.kind=DaemonSet,reason=FailedCreate";
  if (scope_.single()) {
    uid_ = state->daemon_set().uid;
    pods.labels = objects::to_text(state->daemon_set().selector);
    revisions.labels = pods.labels;
    events.fields = "involvedObject.uid=" + uid_ + ",reason=FailedCreate";
  }
  auto taken_pods = feed<objects::DaemonPod>(pods_, "Pod");
  taken_pods.remove = [this](const objects::ObjectMeta& gone) { store_.remove_pod(gone.uid); };
  begin(pods_, pods, cache::audited_pod_consumer(store_, std::move(taken_pods)));
  auto taken_revisions = feed<objects::ControllerRevision>(revisions_, "ControllerRevision");
  taken_revisions.remove = [this](const objects::ObjectMeta& gone) { store_.remove_revision(gone.uid); };
  begin(revisions_, revisions,
        cache::consumer_of(store_, Store::Kind::controller_revision, std::move(taken_revisions)));
  begin(events_, events, event_consumer());
  begin(nodes_, kube::nodes, node_consumer());
  begin(policies_, kube::Collection(kube::rollout_policies, scope_.key.namespace_), policy_consumer());
  begin(overlays_, kube::Collection(kube::daemon_set_overlays, scope_.key.namespace_),
        cache::overlay_consumer(store_, overlay_hooks([this] { want_classes(); })));
  for (Source* source : {&nodes_, &pods_, &revisions_, &events_, &policies_, &overlays_}) spawn(*source);
}

void Feeds::begin(Source& source, kube::Collection collection, protocol::WatchConsumer consumer) {
  cluster::InformerObserver observer;
  observer.failed_with = [this, &source](protocol::WatchFailure kind, const kube::Request& request,
                                         const kube::Outcome& outcome) { note(source, kind, request, outcome); };
  consumer.end_replacement = [this, &source, end = std::move(consumer.end_replacement)](std::string_view version) {
    see(source, version);
    return end(version);
  };
  consumer.begin_replacement = [&source, begin = std::move(consumer.begin_replacement)] {
    source.unreadable.clear();
    begin();
  };
  consumer.changed = [&source, changed = std::move(consumer.changed)](protocol::Change change,
                                                                      const protocol::Object& seen) {
    if (const auto found = source.unreadable.find(seen.meta.uid); found != source.unreadable.end())
      source.unreadable.erase(found);
    return changed(change, seen);
  };
  observer.watch_accepted = [&source] { source.followed = true; };
  source.informer.emplace(executor_, client_, std::move(collection), std::move(consumer), std::move(observer),
                          std::random_device()());
}

/// Without a version: there is no such resource, or nobody may say.
void Feeds::see(Source& source, std::string_view version) {
  source.listed = !version.empty();
  if (source.unseen.empty()) return;
  source.unseen.clear();
  all_changed();
}

void Feeds::all_changed() {
  changed_ = true;
  news_.all = true;
}

void Feeds::spawn(Source& source) {
  cluster::spawn(executor_, scope_.follows ? source.informer->run() : source.informer->sync());
}

void Feeds::note(Source& source, protocol::WatchFailure kind, const kube::Request& request,
                 const kube::Outcome& outcome) {
  if (kind == protocol::WatchFailure::expired) return;  // this is ordinary: the informer lists again
  const bool may_not = outcome && outcome->status == forbidden;
  Failure failure = failure_in(scope_.address, request, outcome, source.informer->problem());
  if (may_not && !source.needed && !source.followed) return do_without(source, std::move(failure.why));
  if (source.followed && may_be_starting(outcome)) failure.chance = Chance::later;
  source.failure = std::move(failure);
  ++failures_;
}

/// Whoever follows asks again: the role may be given later. Who may list and not watch keeps what was listed.
void Feeds::do_without(Source& source, std::string why) {
  if (source.listed || !scope_.follows) source.informer->stop();
  // Policies that nobody may list count as none, and so as listed.
  const bool stays = source.listed && &source != &policies_ && &source != &overlays_;
  if (stays || source.unseen == why) return;
  source.unseen = std::move(why);
  all_changed();
}

bool Feeds::synced() const {
  if (!others_begun_ || !daemon_sets_.settled()) return false;
  const auto settled = [this](const Source* source) {
    return source->settled() || (source == &classes_ && !classes_.informer);
  };
  return gone() || std::ranges::all_of(sources(), settled);
}

bool Feeds::gone() const {
  if (!scope_.single() || !others_begun_ || !daemon_sets_.settled()) return false;
  const cache::DaemonSetState* const state = store_.state(scope_.key);
  return state == nullptr || state->daemon_set().uid != uid_;
}

bool Feeds::take_changed() {
  note_changes();
  return std::exchange(changed_, false);
}

News Feeds::take_news() {
  note_changes();
  changed_ = false;
  return std::exchange(news_, {});
}

std::optional<Failure> Feeds::failure() const {
  std::optional<Failure> worst;
  const auto add = [&worst](const Failure& one) {
    if (!worst || one.chance > worst->chance) worst = one;
  };
  for (const Source* const source : sources()) {
    if (!source->unreadable.empty()) add(source->unreadable.begin()->second);
    if (source->failure && source->informer && !source->informer->problem().empty()) add(*source->failure);
  }
  return worst;
}

Seen Feeds::seen() const {
  Seen seen{.store = store_,
            .not_ready = not_ready_,
            .unseen_nodes = nodes_.unseen,
            .unseen_events = events_.unseen,
            .unseen_policies = policies_.unseen};
  seen.events.reserve(events_by_uid_.size());
  for (const auto& [uid, event] : events_by_uid_) seen.events.push_back(event);
  return seen;
}

template <class Object>
cache::Feed<Object> Feeds::feed(Source& source, std::string_view kind) {
  cache::Feed<Object> feed;
  if constexpr (requires { store_.put(Object()); }) {
    feed.put = [this](Object&& object, bool) { store_.put(std::move(object)); };
  }
  feed.unreadable = [this, kind, &source](const objects::ObjectMeta& meta, std::string_view problem) {
    const std::string what = scope_.address + ": " + std::string(kind) + " " + std::string(meta.name);
    source.unreadable[std::string(meta.uid)] = {.why = what + " cannot be read: " + std::string(problem),
                                                .chance = Chance::later};
    ++failures_;
  };
  feed.replaced = [this] { note_changes(); };
  feed.changed = [this] { return note_changes(); };
  feed.went_back = [this] { start_over(); };
  return feed;
}

protocol::WatchConsumer Feeds::node_consumer() {
  auto nodes = feed<objects::Node>(nodes_, "Node");
  nodes.put = [this](objects::Node&& node, bool) {
    const auto known = not_ready_.find(node.name);
    const auto before = store_.nodes().find(node.name);
    const bool added = before == store_.nodes().end();
    const objects::Time since = node.health.ready_changed;
    bool turned = false;
    if (node.health.ready) {
      turned = not_ready_.erase(node.name) > 0;
    } else if (known == not_ready_.end() || known->second != since || added || before->second.trouble != node.trouble) {
      not_ready_[node.name] = since;
      turned = true;
    }
    if (added || before->second != node) news_.nodes.insert(node.name);
    changed_ = changed_ || turned;
    news_.all = news_.all || turned;
    store_.put(std::move(node));
  };
  nodes.remove = [this](const objects::ObjectMeta& gone) {
    not_ready_.erase(std::string(gone.name));
    news_.nodes.insert(std::string(gone.name));
    store_.remove_node(gone.name);
  };
  nodes.replaced = [this] {
    std::erase_if(not_ready_, [this](const auto& node) { return !store_.nodes().contains(node.first); });
    news_.all = true;
    note_changes();
  };
  return cache::sized_node_consumer(store_, std::move(nodes));
}

protocol::WatchConsumer Feeds::event_consumer() {
  const auto event = std::make_shared<objects::Event>();
  protocol::WatchConsumer consumer;
  consumer.read = [event](codec::JsonValue value) {
    *event = {};
    return objects::read(value, *event);
  };
  consumer.begin_replacement = [this] { listed_events_.clear(); };
  consumer.listed = [this, event](const protocol::Object& seen) {
    if (seen.unreadable.empty()) listed_events_[event->uid] = *event;
  };
  consumer.end_replacement = [this](std::string_view) {
    events_by_uid_ = std::exchange(listed_events_, {});
    all_changed();
    return kube::Continuity::proven;
  };
  consumer.changed = [this, event](protocol::Change change, const protocol::Object& seen) {
    if (!seen.unreadable.empty()) return false;
    if (change == protocol::Change::deleted) {
      events_by_uid_.erase(event->uid);
    } else {
      events_by_uid_[event->uid] = *event;
    }
    all_changed();
    return true;
  };
  consumer.progressed = [](std::string_view) {};
  consumer.went_back = [this] { start_over(); };
  return consumer;
}

/// Where the cluster has no RolloutPolicies, there are none.
protocol::WatchConsumer Feeds::policy_consumer() {
  auto policies = feed<objects::RolloutPolicy>(policies_, "RolloutPolicy");
  policies.remove = [this](const objects::ObjectMeta& gone) {
    store_.remove_policy({.namespace_ = std::string(gone.namespace_), .name = std::string(gone.name)}, gone.uid);
  };
  // It may be of a later version: it is shown as what it is, and ends nothing.
  policies.unreadable = [this](const objects::ObjectMeta& meta, std::string_view) {
    objects::RolloutPolicy policy;
    policy.namespace_ = meta.namespace_;
    policy.name = meta.name;
    policy.uid = meta.uid;
    policy.resource_version = meta.resource_version;
    store_.keep_policy(std::move(policy));
  };
  protocol::WatchConsumer consumer = cache::consumer_of(store_, Store::Kind::rollout_policy, std::move(policies));
  consumer.may_be_absent = true;
  return consumer;
}

cache::OverlayHooks Feeds::overlay_hooks(std::function<void()> also) {
  cache::OverlayHooks hooks;
  hooks.changed = [this, also = std::move(also)] {
    also();
    note_changes();
  };
  // It may be of a later version: what it gives is not known, and ends nothing.
  hooks.unreadable = [this](const objects::ObjectMeta&, std::string_view) { changed_ = true; };
  return hooks;
}

/// The numbers of PriorityClasses matter only where an overlay names one.
void Feeds::want_classes() {
  if (classes_.informer) return;
  const auto& overlays = store_.knowledge().all_overlays();
  const bool named =
      std::ranges::any_of(overlays, [](const auto& one) { return !one.second.priority_class_name.empty(); });
  if (!named) return store_.know_classes();
  begin(classes_, kube::Collection(kube::priority_classes),
        cache::priority_class_consumer(store_, overlay_hooks([] {})));
  spawn(classes_);
}

/// True if the store has changed. What a policy's status tells is news here too.
bool Feeds::note_changes() {
  const auto policies = store_.take_touched_policies();
  for (const cache::Key& key : policies) {
    const auto policy = store_.policies().find(key);
    if (policy == store_.policies().end()) continue;
    for (const rollout::Selected& one : store_.selected_by(policy->second)) {
      news_.daemon_sets.insert({.namespace_ = key.namespace_, .name = one.name});
    }
  }
  const auto daemon_sets = store_.take_touched();
  news_.daemon_sets.insert(daemon_sets.begin(), daemon_sets.end());
  const bool changes = !policies.empty() || !daemon_sets.empty();
  changed_ = changed_ || changes;
  return changes;
}

void Feeds::start_over() {
  for (Source* const source : sources()) {
    if (source->informer) source->informer->start_over();
  }
  store_.forget_all();
  not_ready_.clear();
  events_by_uid_.clear();
  news_.all = true;
}

}  // namespace everynode::inspection
