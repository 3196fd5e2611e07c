#include "everynode/daemonset/undo.hpp"

#include <algorithm>
#include <tuple>

namespace everynode::daemonset {

std::vector<const objects::ControllerRevision*> own_history(
    const objects::DaemonSet& daemon_set, std::span<const objects::ControllerRevision* const> revisions) {
  std::vector<const objects::ControllerRevision*> own;
  for (const objects::ControllerRevision* const revision : revisions) {
    const bool controlled = revision->controller && revision->controller->uid == daemon_set.uid;
    if (controlled && objects::matches(daemon_set.selector, revision->labels)) own.push_back(revision);
  }
  std::ranges::sort(own, {}, [](const auto* one) { return std::tie(one->revision, one->name); });
  return own;
}

std::expected<Undo, std::string> undo_to(const objects::DaemonSet& daemon_set,
                                         std::span<const objects::ControllerRevision* const> history,
                                         std::int64_t number) {
  if (number == 0 && history.size() < 2) return std::unexpected("no last revision to roll back to");
  const auto found =
      number == 0 ? history.end() - 2 : std::ranges::find(history, number, &objects::ControllerRevision::revision);
  if (found == history.end()) {
    return std::unexpected("unable to find specified revision " + std::to_string(number) + " in history");
  }
  return Undo{.to = *found, .is_current = (*found)->data == daemon_set.revision_data};
}

}  // namespace everynode::daemonset
