#include "overlay_statuses.hpp"

#include <utility>

#include "clock.hpp"
#include "everynode/overlay/census.hpp"

namespace everynode::reconciler {
namespace {

/// Each look judges all daemon pods of a namespace.
constexpr std::chrono::seconds between_overlay_statuses{2};

}  // namespace

OverlayStatuses::OverlayStatuses(const boost::asio::any_io_executor& executor, Executor& actions,
                                 const cache::Store& store, std::function<bool()> may_act, Failed failed)
    : actions_(actions),
      store_(store),
      failed_(std::move(failed)),
      loop_(executor, between_overlay_statuses, std::move(may_act),
            [this](std::string name) { return write(std::move(name)); }) {}

void OverlayStatuses::touch(const std::string& name_space) {
  const auto& known = store_.known();
  if (known != nullptr && !known->catalog.of(name_space).empty()) loop_.touch(name_space);
}

void OverlayStatuses::touch_all() {
  for (const auto& [name, overlay] : store_.knowledge().all_overlays()) loop_.touch(name.first);
  for (const auto& [key, unreadable] : unreadable_) loop_.touch(key.namespace_);
}

/// Its own status comes back with the watch, and it still cannot be read then.
void OverlayStatuses::cannot_read(const cache::Key& overlay, std::string uid, std::string problem) {
  Unreadable& known = unreadable_[overlay];
  if (known.uid == uid && known.problem == problem) return;
  known = {.uid = std::move(uid), .problem = std::move(problem)};
  loop_.touch(overlay.namespace_);
}

/// What it says may be no news, if it says again what it said before.
void OverlayStatuses::can_read(const cache::Key& overlay) {
  if (unreadable_.erase(overlay) > 0) loop_.touch(overlay.namespace_);
}

OverlayStatuses::News OverlayStatuses::news(const std::string& name_space, objects::Time now) {
  News news = store_.overlay_statuses(name_space, now);
  std::erase_if(news, [this](const auto& one) {
    return unreadable_.contains({.namespace_ = one.first.namespace_, .name = one.first.name});
  });
  const auto& all = store_.knowledge().all_overlays();
  for (auto& [key, unreadable] : unreadable_) {
    if (key.namespace_ != name_space || std::exchange(unreadable.told, true)) continue;
    const auto known = all.find({key.namespace_, key.name});
    overlay::DaemonSetOverlay overlay = known == all.end() ? overlay::DaemonSetOverlay() : known->second;
    overlay.namespace_ = key.namespace_;
    overlay.name = key.name;
    overlay.uid = unreadable.uid;
    overlay::OverlayStatus status = overlay::unreadable_status(overlay.status, unreadable.problem, now);
    news.emplace_back(std::move(overlay), std::move(status));
  }
  return news;
}

Awaitable<sync::Result> OverlayStatuses::write(std::string name_space) {
  const objects::Time instant = now();
  sync::Result result = sync::Next::go_on;
  const News all = news(name_space, instant);
  for (const auto& [overlay, status] : all) {
    const sync::Result one = co_await actions_.write_status(overlay, status);
    if (one) continue;
    const cache::Key key{.namespace_ = overlay.namespace_, .name = overlay.name};
    if (const auto untold = unreadable_.find(key); untold != unreadable_.end()) untold->second.told = false;
    failed_(key, one.error().text);
    result = one;
  }
  co_return result;
}

}  // namespace everynode::reconciler
