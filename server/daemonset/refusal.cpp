#include "everynode/daemonset/refusal.hpp"

#include <algorithm>
#include <string_view>

#include "everynode/daemonset/conditions.hpp"

namespace everynode::daemonset {
namespace {

void cut(std::string_view& text, std::string_view prefix) {
  if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
}

/// Without what the recorder and the controller put before it, and without the name of the pod, which never was.
std::string words_of(std::string_view message) {
  cut(message, "(combined from similar events): ");
  cut(message, "Error creating: ");
  constexpr std::string_view behind = "\" is ";
  const auto end = message.find(behind);
  if (message.starts_with("pods \"") && end != std::string_view::npos) message.remove_prefix(end + behind.size());
  return std::string(message);
}

const objects::Event* last_refusal(const objects::DaemonSet& daemon_set, std::span<const objects::Event> events) {
  const objects::Event* last = nullptr;
  for (const objects::Event& event : events) {
    if (event.about != daemon_set.uid || event.reason != "FailedCreate") continue;
    if (last == nullptr || event.last > last->last) last = &event;
  }
  return last;
}

objects::Time last_creation(const Snapshot& snapshot) {
  objects::Time last{};
  for (const DaemonNode& node : snapshot.nodes) {
    for (const objects::DaemonPod* const pod : node.pods) last = std::max(last, pod->created);
  }
  return last;
}

}  // namespace

std::optional<Refusal> refusal_of(const Snapshot& snapshot, std::span<const objects::Event> events, objects::Time now) {
  const objects::DaemonSet& daemon_set = *snapshot.daemon_set;
  if (const objects::Event* const event = last_refusal(daemon_set, events)) {
    const bool holds = event->last >= last_creation(snapshot) || now - event->last <= refusal_holds;
    if (holds) return Refusal{.words = words_of(event->message), .at = event->last};
  }
  std::string told = refusal_in(daemon_set.conditions);
  if (told.empty()) return std::nullopt;
  return Refusal{.words = std::move(told), .at = std::nullopt};
}

}  // namespace everynode::daemonset
