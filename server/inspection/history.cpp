#include "everynode/inspection/history.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "everynode/daemonset/history.hpp"
#include "everynode/daemonset/undo.hpp"
#include "everynode/objects/time.hpp"
#include "everynode/rollout/gates.hpp"

namespace everynode::inspection {

using Json = nlohmann::ordered_json;

std::vector<const objects::ControllerRevision*> History::objects() const {
  std::vector<const objects::ControllerRevision*> all;
  all.reserve(revisions.size());
  for (const objects::ControllerRevision& one : revisions) all.push_back(&one);
  return all;
}

History history_of(const objects::DaemonSet& daemon_set, std::span<const objects::ControllerRevision* const> found) {
  History history;
  daemonset::Snapshot snapshot;
  snapshot.daemon_set = &daemon_set;
  snapshot.revisions = found;
  const objects::ControllerRevision* const current = daemonset::current_revision(snapshot);
  if (current != nullptr) history.current = current->name;
  for (const objects::ControllerRevision* const own : daemonset::own_history(daemon_set, found)) {
    history.revisions.push_back(*own);
  }
  return history;
}

Json template_of(const objects::ControllerRevision& revision) {
  const Json data = Json::parse(revision.data, nullptr, false);
  const Json::json_pointer path("/spec/template");
  if (!data.is_object() || !data.contains(path)) return nullptr;
  Json found = data.at(path);
  if (found.is_object()) found.erase("$patch");
  return found;
}

Json show(const History& history, const objects::ControllerRevision& revision, const objects::DaemonSetRollout* known) {
  Json json{{"revision", revision.revision},
            {"name", revision.name},
            {"hash", revision.hash()},
            {"created", objects::to_rfc3339(std::chrono::floor<std::chrono::seconds>(revision.created))},
            {"changeCause", revision.change_cause},
            {"current", revision.name == history.current},
            {"lastComplete", known != nullptr && known->last_complete_revision == revision.name}};
  if (const objects::FailedRevision* const failed = rollout::failure_of(known, revision.name))
    json["failed"] = failed->message;
  json["template"] = template_of(revision);
  return json;
}

}  // namespace everynode::inspection
