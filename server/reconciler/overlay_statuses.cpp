#include "overlay_statuses.hpp"

#include <utility>

#include "clock.hpp"

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
}

Awaitable<sync::Result> OverlayStatuses::write(std::string name_space) {
  const objects::Time instant = now();
  sync::Result result = sync::Next::go_on;
  for (const auto& [overlay, status] : store_.overlay_statuses(name_space, instant)) {
    const sync::Result one = co_await actions_.write_status(overlay, status);
    if (one) continue;
    failed_({.namespace_ = overlay.namespace_, .name = overlay.name}, one.error().text);
    result = one;
  }
  co_return result;
}

}  // namespace everynode::reconciler
