#include "everynode/protocol/watch_machine.hpp"

#include <algorithm>
#include <utility>

#include "everynode/kube/resource_version.hpp"
#include "everynode/protocol/sharding.hpp"

namespace everynode::protocol {
namespace {

/// A watch that lasted this long was healthy, however it ended.
constexpr std::chrono::seconds healthy{5};

/// A busy API server closes a watch that it cannot serve fast enough, often a moment after the watch began. If there
/// were events, that is progress and no failure: the next watch begins after this pause.
constexpr std::chrono::milliseconds breath{50};

/// A watch without news for this long is quiet. Its next news waits up to `gathering` more: too short for people to
/// notice, and short beside the seconds that a node takes to boot.
constexpr std::chrono::seconds quiet{1};
constexpr std::chrono::milliseconds gathering{40};

/// This many events in `crowd_interval` are a crowd, and are read in batches: a plan cannot follow each of them anyway.
constexpr unsigned crowd = 5;
constexpr std::chrono::milliseconds crowd_interval{100};

/// How often we try to connect, at least: a refused connection costs next to nothing.
constexpr std::chrono::seconds longest_reconnect{5};

/// How long an API server that is behind the others may take to catch up before its answer counts.
constexpr std::chrono::seconds catch_up{1};

/// What breaks a long answer off again and again, a proxy or a load balancer, may let short ones through: pages.
constexpr unsigned most_cuts = 2;

/// A server that has no streams, and does not say so, is silent each time.
constexpr unsigned most_silences = 2;

constexpr std::size_t excerpt_size = 200;

std::string excerpt(std::string_view text) {
  return std::string(text.substr(0, excerpt_size)) + (text.size() > excerpt_size ? "..." : "");
}

/// Refusals that say nothing about the request itself: the same request may succeed later.
bool may_pass(unsigned status) {
  return status >= 500 || status == 429 || status == 401 || status == 403;
}

constexpr unsigned forbidden = 403;

/// Whether the server would refuse this stream again, but may have lists: without WatchList it answers 422, and a role
/// may have that right only.
bool has_no_streams(unsigned status) {
  return status >= 400 && status < 500 && status != 401 && status != 410 && status != 429;
}

/// The newer of two versions; either may be empty.
const std::string& newer(const std::string& a, const std::string& b) {
  return a.empty() || kube::went_back(b, a) ? b : a;
}

}  // namespace

std::string_view name_of(WatchFailure failure) {
  switch (failure) {
    case WatchFailure::none:
      return "none";
    case WatchFailure::no_reply:
      return "no_reply";
    case WatchFailure::refused:
      return "refused";
    case WatchFailure::expired:
      return "expired";
    case WatchFailure::malformed:
      return "malformed";
    case WatchFailure::closed_early:
      return "closed_early";
    case WatchFailure::stale:
      return "stale";
    case WatchFailure::went_back:
      return "went_back";
    case WatchFailure::not_sharded:
      return "not_sharded";
  }
  return "";
}

WatchMachine::WatchMachine(WatchConsumer consumer, std::uint64_t seed)
    : consumer_(std::move(consumer)), lists_backoff_(seed, {}), watches_backoff_(seed, {}) {}

WatchMachine::Question WatchMachine::next(Instant now) {
  if (wait_.count() > 0) return Wait{std::exchange(wait_, std::chrono::milliseconds{0})};
  const bool verifies = doubt_ == Doubt::answer || (doubt_ == Doubt::connection && !listing_);
  asked_ = verifies || listing_;
  watching_ = false;
  if (verifies || (listing_ && continue_.empty())) known_ = kube::newer(witness_, consumer_.before_list());
  if (verifies) return Verify{known_.key};
  streaming_ = listing_ && may_stream();
  if (listing_ && !streaming_) return List{continue_};
  asked_ = false;
  watching_ = true;
  watch_began_ = now;
  accepted_ = false;
  event_came_ = false;
  last_news_ = now;
  broken_off_ = WatchFailure::none;
  if (streaming_) return Stream{};
  return Watch{resource_version_};
}

bool WatchMachine::may_stream() const {
  return consumer_.streams && !consumer_.shard && !no_streams_ && cuts_ < most_cuts && continue_.empty();
}

std::optional<std::chrono::seconds> WatchMachine::patience() const {
  return streaming_ ? std::optional(stream_patience) : std::nullopt;
}

WatchFailure WatchMachine::on_page(const kube::Outcome& outcome) {
  if (!std::exchange(asked_, false)) return WatchFailure::none;
  if (!outcome) return fail(WatchFailure::no_reply, outcome.error().why);
  if (consumer_.may_be_absent && outcome->status == 404) return take_absence();
  if (outcome->ok()) return take_page(*outcome);
  // A role from before the resource: what it may not see must not stop everything else. The failure is reported.
  if (consumer_.may_be_absent && outcome->status == 403 && !synced_) take_absence();
  return refused("the list", *outcome);
}

/// Not 404 but 503 is what an API server says that has just begun and does not know its own resources yet.
WatchFailure WatchMachine::take_absence() {
  list_again();
  consumer_.begin_replacement();
  consumer_.end_replacement({});
  synced_ = true;
  problem_.clear();
  wait_ = absent_interval;
  return WatchFailure::none;
}

void WatchMachine::take_item(const objects::ObjectMeta& meta, std::string_view unreadable) {
  if (is_foreign(meta)) return;
  consumer_.listed({.meta = meta, .unreadable = unreadable});
  remember(meta, false);
}

std::expected<ListMeta, codec::Mistake> WatchMachine::read_items(const kube::Reply& reply) {
  if (reply.encoding == kube::Encoding::protobuf) {
    const auto take = [this](const objects::ObjectMeta& meta, std::string_view bad) { take_item(meta, bad); };
    return read_list(reply.body, consumer_.read_protobuf, take);
  }
  codec::Document document;  // `document_` is in use for the page
  const auto take = [&](const Item& item) {
    const auto object = document.read(item.json, [this](codec::JsonValue root) { consumer_.read(root); });
    take_item(item.meta, object ? std::string() : object.error().text());
  };
  return read_page(reply.body, take, document_, text_);
}

WatchFailure WatchMachine::take_page(const kube::Reply& reply) {
  if (continue_.empty()) {
    list_version_.clear();
    consumer_.begin_replacement();
  }
  auto meta = read_items(reply);
  if (!meta) {
    list_again();
    std::string problem = "a list that cannot be read: " + meta.error().text();
    if (reply.encoding == kube::Encoding::json) problem += ": " + excerpt(reply.body);
    return fail(WatchFailure::malformed, std::move(problem));
  }
  if (auto obeyed = check_sharded(meta->shards, consumer_.shard); !obeyed) return not_sharded(obeyed.error());
  if (continue_.empty() && kube::went_back(newer(known_.resource_version, resource_version_), meta->resource_version)) {
    return stale(meta->resource_version);
  }
  problem_.clear();
  // If the server says that later pages have another version, their objects may be newer. The watch repeats them.
  if (list_version_.empty()) list_version_ = std::move(meta->resource_version);
  continue_ = std::move(meta->continue_);
  if (!continue_.empty()) return WatchFailure::none;
  return take_all(std::move(list_version_));
}

/// All objects have been told as they were at this version.
WatchFailure WatchMachine::take_all(std::string version) {
  lists_backoff_.reset();
  listing_ = false;
  streaming_ = false;
  cuts_ = 0;
  doubt_ = Doubt::none;
  synced_ = true;
  resource_version_ = std::move(version);
  if (consumer_.end_replacement(resource_version_) == kube::Continuity::broken) return went_back(resource_version_);
  return WatchFailure::none;
}

WatchFailure WatchMachine::on_verified(const kube::Outcome& outcome) {
  if (!std::exchange(asked_, false)) return WatchFailure::none;
  if (!outcome) return fail(WatchFailure::no_reply, outcome.error().why);
  return outcome->ok() ? take_verification(outcome->body) : refused("the list", *outcome);
}

WatchFailure WatchMachine::take_verification(const std::string& body) {
  std::optional<std::string> found;
  const auto visit = [&](const Item& item) {
    if (item.meta.name == known_.key.name) found = item.meta.resource_version;
  };
  const auto meta = read_page(body, visit, document_, text_);
  if (!meta) return fail(WatchFailure::malformed, "a list that cannot be read: " + meta.error().text());
  if (auto obeyed = check_sharded(meta->shards, consumer_.shard); !obeyed) return not_sharded(obeyed.error());
  kube::Continuity found_out = kube::continuity(known_, meta->resource_version, found);
  // Nothing of ours may be lost; but a watch from a version of the future misses what comes before it.
  if (kube::went_back(resource_version_, meta->resource_version)) found_out = kube::Continuity::broken;
  const Doubt before = std::exchange(doubt_, Doubt::none);
  if (found_out == kube::Continuity::broken) {
    return before == Doubt::answer ? went_back(meta->resource_version) : stale(meta->resource_version);
  }
  lists_backoff_.reset();
  problem_.clear();
  if (found_out == kube::Continuity::proven) return WatchFailure::none;
  list_again();
  return WatchFailure::none;
}

WatchFailure WatchMachine::stale(std::string_view version) {
  list_again();
  doubt_ = Doubt::answer;
  wait_ = catch_up;
  problem_ = "an answer of version " + std::string(version) + ", though " +
             newer(known_.resource_version, resource_version_) + " was known";
  return WatchFailure::stale;
}

WatchFailure WatchMachine::went_back(std::string_view version) {
  problem_ = "the cluster's state went back, as after the restore of a backup: version " +
             newer(known_.resource_version, resource_version_) + " was known, the API server answers " +
             std::string(version);
  start_over();
  consumer_.went_back();
  return WatchFailure::went_back;
}

void WatchMachine::start_over() {
  list_again();
  synced_ = false;
  doubt_ = Doubt::none;
  asked_ = false;
  streaming_ = false;
  resource_version_.clear();
  witness_ = {};
  known_ = {};
  broken_off_ = WatchFailure::went_back;
}

void WatchMachine::remember(const objects::ObjectMeta& meta, bool deleted) {
  const auto order = kube::compare_resource_versions(meta.resource_version, witness_.resource_version);
  if (!witness_.empty() && (!order || *order < 0)) return;
  witness_.key.namespace_ = meta.namespace_;
  witness_.key.name = meta.name;
  witness_.resource_version = meta.resource_version;
  witness_.deleted = deleted;
}

WatchFailure WatchMachine::refused(std::string_view what, const kube::Reply& reply) {
  std::string problem(what);
  problem.append(" was refused with ")
      .append(std::to_string(reply.status))
      .append(": ")
      .append(excerpt(kube::status_of(reply).message));
  if (reply.status == 410) return expired(std::move(problem));
  if (!may_pass(reply.status)) list_again();
  fail(WatchFailure::refused, std::move(problem));
  const auto most = std::chrono::floor<std::chrono::seconds>(backoff().cap());
  wait_ = std::max<std::chrono::milliseconds>(wait_, std::min(reply.retry_after.value_or(most.zero()), most));
  return WatchFailure::refused;
}

void WatchMachine::on_accepted() {
  accepted_ = true;
  if (broken_off_ == WatchFailure::none) problem_.clear();
}

bool WatchMachine::on_line(std::string_view line) {
  if (broken_off_ != WatchFailure::none) return false;
  text_.reserve(line.size() + codec::Document::padding);
  text_ = line;
  const auto read = read_line(text_, consumer_.read, document_);
  if (!read) {
    return take_malformed("a watch line that cannot be read: " + read.error().text() + ": " + excerpt(line));
  }
  return read->event == WatchEvent::error ? take_error(read_error(text_, document_)) : take_event(*read);
}

bool WatchMachine::on_frame(std::string_view frame) {
  if (broken_off_ != WatchFailure::none) return false;
  const auto read = read_frame(frame, consumer_.read_protobuf);
  if (!read) return take_malformed("a watch frame that cannot be read: " + read.error().text());
  return read->event == WatchEvent::error ? take_error(read_frame_error(frame)) : take_event(*read);
}

bool WatchMachine::is_foreign(const objects::ObjectMeta& meta) const {
  return consumer_.shard && !consumer_.shard->has(meta.namespace_);
}

/// What is known may be too much from now on, or too little: nobody may act on it.
WatchFailure WatchMachine::not_sharded(std::string problem) {
  list_again();
  synced_ = false;
  return fail(WatchFailure::not_sharded, std::move(problem));
}

bool WatchMachine::take_malformed(std::string problem) {
  list_again();
  broken_off_ = fail(WatchFailure::malformed, std::move(problem));
  return false;
}

bool WatchMachine::take_event(const WatchLine& line) {
  problem_.clear();
  const bool is_first = !std::exchange(event_came_, true);
  ++events_;
  if (is_foreign(line.meta)) {
    broken_off_ = not_sharded("a watch told of the namespace " + std::string(line.meta.namespace_) +
                              ", which is of another shard: " + std::string(unsharded_server));
    return false;
  }
  if (streaming_ && is_first) consumer_.begin_replacement();
  if (streaming_) return !no_streams_ && take_initial(line);
  advance(line.meta.resource_version);
  if (line.event == WatchEvent::bookmark) {
    consumer_.progressed(resource_version_);
    return true;
  }
  remember(line.meta, line.event == WatchEvent::deleted);
  const Object object{.meta = line.meta, .unreadable = line.unreadable};
  news_ = consumer_.changed(static_cast<Change>(line.event), object) || news_;
  return true;
}

/// An event before all is told. It may come after what there was when the stream began: then it is a change.
bool WatchMachine::take_initial(const WatchLine& line) {
  if (line.event == WatchEvent::bookmark) {
    no_streams_ = !line.all_told;  // it takes this for any watch, and would never say that all was told
    return !no_streams_ && take_initial_end(line.meta.resource_version);
  }
  const bool deleted = line.event == WatchEvent::deleted;
  const Object object{.meta = line.meta, .unreadable = line.unreadable};
  deleted ? static_cast<void>(consumer_.changed(Change::deleted, object)) : consumer_.listed(object);
  remember(line.meta, deleted);
  return true;
}

bool WatchMachine::take_initial_end(std::string_view version) {
  streaming_ = false;
  silences_ = 0;
  const bool is_stale = kube::went_back(newer(known_.resource_version, resource_version_), version);
  broken_off_ = is_stale ? stale(version) : take_all(std::string(version));
  return broken_off_ == WatchFailure::none;
}

std::chrono::milliseconds WatchMachine::gather_time(Instant now) {
  if (std::exchange(news_, false)) last_news_ = now;
  if (now - counting_since_ >= crowd_interval) {
    crowded_ = std::exchange(events_, 0) >= crowd;
    counting_since_ = now;
  }
  return crowded_ || now - last_news_ >= quiet ? gathering : std::chrono::milliseconds{0};
}

/// A watch that the server cannot continue now cannot be continued next time either: list, unless the server is only
/// busy.
bool WatchMachine::take_error(const WatchError& error) {
  const std::string problem =
      "the watch ended with error " + std::to_string(error.code) + ": " + excerpt(error.message);
  broken_off_ = error.code == 410 ? expired(problem) : fail(WatchFailure::refused, problem);
  if (error.code != 429) list_again();
  return false;
}

WatchFailure WatchMachine::on_end(const kube::Outcome& outcome, Instant now) {
  if (now - watch_began_ >= healthy) {
    watches_backoff_.reset();
    expired_before_ = false;
  }
  const bool cut = std::exchange(streaming_, false);
  if (cut && (accepted_ || event_came_ || broken_off_ != WatchFailure::none)) ++cuts_;
  if (broken_off_ != WatchFailure::none) return broken_off_;
  if (cut) return cut_short(outcome);
  if (!outcome && outcome.error().silent && !event_came_) return without_a_word();
  if (!outcome) return broken(outcome.error().why);
  return outcome->ok() ? closed(now) : refused("the watch", *outcome);
}

/// A stream ended before all was told, so nothing is known of what it did not name. What is refused for ever, or never
/// comes, is no failure: pages follow at once. One silence may be the network's.
WatchFailure WatchMachine::cut_short(const kube::Outcome& outcome) {
  const bool is_refused = outcome && has_no_streams(outcome->status);
  const bool may_not = outcome && outcome->status == forbidden;
  const bool is_silent = !outcome && outcome.error().silent;
  if (may_not || is_silent) cuts_ = most_cuts;  // only for now: an API server that has just begun knows no roles yet
  if (is_silent) ++silences_;
  no_streams_ = no_streams_ || (is_refused && !may_not) || silences_ >= most_silences;
  if (no_streams_ || may_not || is_silent) {
    problem_.clear();
    return WatchFailure::none;
  }
  if (!outcome) return fail(WatchFailure::no_reply, outcome.error().why);
  if (!outcome->ok()) return refused("the watch", *outcome);
  return fail(WatchFailure::closed_early, "the server closed the watch before it had told all objects");
}

WatchFailure WatchMachine::closed(Instant now) {
  const bool early = now - watch_began_ < healthy;
  if (early && !event_came_) return fail(WatchFailure::closed_early, "the server closed the watch at once");
  if (early) wait_ = breath;
  problem_.clear();
  return WatchFailure::none;
}

/// The next watch goes on behind the last event, so one that told something brought us forward, however soon it broke.
WatchFailure WatchMachine::broken(std::string why) {
  if (event_came_) watches_backoff_.reset();
  return fail(WatchFailure::no_reply, std::move(why));
}

/// The API server sends a bookmark each minute, but none for a resource that has not changed since it started
/// (`Cacher.dispatchEvents` in apiserver's storage/cacher): a watch that has told nothing yet is quiet or dead. It is
/// begun again, and asked whether the state goes on, but nobody is warned.
WatchFailure WatchMachine::without_a_word() {
  problem_.clear();
  if (doubt_ == Doubt::none) doubt_ = Doubt::connection;
  return WatchFailure::none;
}

void WatchMachine::list_again() {
  listing_ = true;
  continue_.clear();
}

/// Lists at once the first time, because expiry is ordinary. If everything expires at once, gives the server time.
WatchFailure WatchMachine::expired(std::string problem) {
  list_again();
  problem_ = std::move(problem);
  if (std::exchange(expired_before_, true)) wait_ = backoff().next();
  return WatchFailure::expired;
}

WatchFailure WatchMachine::fail(WatchFailure failure, std::string problem) {
  problem_ = std::move(problem);
  wait_ = backoff().next();
  if (failure == WatchFailure::no_reply) {
    wait_ = std::min<std::chrono::milliseconds>(wait_, longest_reconnect);
    if (synced_ && doubt_ == Doubt::none) doubt_ = Doubt::connection;
  }
  return failure;
}

/// Never goes backwards: the API server's events can only be followed forwards.
void WatchMachine::advance(std::string_view resource_version) {
  const auto order = kube::compare_resource_versions(resource_version, resource_version_);
  if (!order || *order > 0) resource_version_ = resource_version;
}

}  // namespace everynode::protocol
