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
  for (const Revision& one : revisions) all.push_back(&one.object);
  return all;
}

History history_of(const objects::DaemonSet& daemon_set, const std::vector<Revision>& found) {
  History history;
  std::vector<const objects::ControllerRevision*> all;
  for (const Revision& one : found) all.push_back(&one.object);
  daemonset::Snapshot snapshot;
  snapshot.daemon_set = &daemon_set;
  snapshot.revisions = all;
  const objects::ControllerRevision* const current = daemonset::current_revision(snapshot);
  if (current != nullptr) history.current = current->name;
  for (const objects::ControllerRevision* const own : daemonset::own_history(daemon_set, all)) {
    const auto at = std::ranges::find(found, own, [](const Revision& one) { return &one.object; });
    history.revisions.push_back(*at);
  }
  return history;
}

Json template_of(const Revision& revision) {
  const Json data = Json::parse(revision.object.data, nullptr, false);
  const Json::json_pointer path("/spec/template");
  if (!data.is_object() || !data.contains(path)) return nullptr;
  Json found = data.at(path);
  if (found.is_object()) found.erase("$patch");
  return found;
}

Json show(const History& history, const Revision& revision, const objects::DaemonSetRollout* known) {
  const objects::ControllerRevision& object = revision.object;
  Json json{{"revision", object.revision},
            {"name", object.name},
            {"hash", object.hash()},
            {"created", objects::to_rfc3339(std::chrono::floor<std::chrono::seconds>(object.created))},
            {"changeCause", revision.change_cause},
            {"current", object.name == history.current},
            {"lastComplete", known != nullptr && known->last_complete_revision == object.name}};
  if (const objects::FailedRevision* const failed = rollout::failure_of(known, object.name))
    json["failed"] = failed->message;
  json["template"] = template_of(revision);
  return json;
}

}  // namespace everynode::inspection
