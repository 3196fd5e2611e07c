#include "everynode/daemonset/absences.hpp"

namespace everynode::daemonset {
namespace {

/// Who deletes a node and waits for a finalizer, as Karpenter does, has its machine ended meanwhile.
bool was_silent(const objects::NodeHealth& last) {
  using enum objects::Absence;
  return !last.ready || last.absence == shutting_down || last.absence == deleted;
}

}  // namespace

void Absences::began(std::string_view node, const objects::NodeHealth& last) {
  if (absences_.contains(node)) return;
  const auto wait = was_silent(last) ? after_a_silent_node : after_a_node;
  absences_.emplace(node, Absence{.wait = wait, .since = {}});
}

void Absences::ended(std::string_view node) {
  if (const auto known = absences_.find(node); known != absences_.end()) absences_.erase(known);
}

void Absences::found(std::string_view node, objects::Time now) {
  if (const auto known = absences_.find(node); known != absences_.end()) known->second.since = now;
}

/// A clock that went back must not make the wait longer.
void Absences::pass(objects::Time now, const std::function<bool(std::string_view)>& matters) {
  std::erase_if(absences_, [&](const auto& one) { return !matters(one.first); });
  for (auto& [node, absence] : absences_) {
    if (!absence.since || *absence.since > now) absence.since = now;
  }
}

std::optional<objects::Time> Absences::certain_at(std::string_view node) const {
  const auto known = absences_.find(node);
  if (known == absences_.end() || !known->second.since) return std::nullopt;
  return *known->second.since + known->second.wait;
}

}  // namespace everynode::daemonset
