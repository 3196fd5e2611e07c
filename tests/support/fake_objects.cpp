#include "fake_objects.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

namespace everynode::support {
namespace {

constexpr const char* template_generation = "deprecated.daemonset.template.generation";

std::string key_of(const ObjectPath& path) {
  return path.namespace_ + "/" + path.name;
}

FakeObjects::Answer not_found(const ObjectPath& path) {
  return refusal(404, "NotFound", path.plural + " \"" + path.name + "\" not found");
}

std::string kind_of(const std::string& plural) {
  if (plural == "pods") return "Pod";
  if (plural == "nodes") return "Node";
  if (plural == "daemonsets") return "DaemonSet";
  if (plural == "controllerrevisions") return "ControllerRevision";
  if (plural == "rolloutpolicies") return "RolloutPolicy";
  return plural == "leases" ? "Lease" : "Event";
}

/// What the API server adds to a new object of the kind.
void complete(const std::string& plural, Json& object) {
  if (plural == "pods") object["status"]["phase"] = "Pending";
  if (plural != "daemonsets") return;
  object["metadata"]["generation"] = 1;
  object["metadata"]["annotations"][template_generation] = "1";
  object["status"] = {
      {"currentNumberScheduled", 0}, {"numberMisscheduled", 0}, {"desiredNumberScheduled", 0}, {"numberReady", 0}};
}

/// A change of the spec makes a new generation. A change of the template increments the template generation too.
void count_generations(const Json& before, Json& after) {
  if (before["spec"] == after["spec"]) return;
  Json& metadata = after["metadata"];
  metadata["generation"] = metadata["generation"].get<int>() + 1;
  if (before["spec"]["template"] == after["spec"]["template"]) return;
  Json& counted = metadata["annotations"][template_generation];
  counted = std::to_string(std::stoi(counted.get<std::string>()) + 1);
}

/// Lists merge by a key; an entry with $patch: delete removes an entry.
Json merged(Json list, const Json& patch, const char* key) {
  if (list.is_null()) list = Json::array();
  for (const Json& change : patch) {
    std::erase_if(list.get_ref<Json::array_t&>(), [&](const Json& entry) { return entry[key] == change[key]; });
    if (!change.contains("$patch")) list.push_back(change);
  }
  return list;
}

}  // namespace

FakeObjects::Answer refusal(unsigned status, const std::string& reason, const std::string& message,
                            const std::string& cause) {
  Json body{{"kind", "Status"},    {"apiVersion", "v1"}, {"metadata", Json::object()},
            {"status", "Failure"}, {"message", message}, {"reason", reason},
            {"code", status}};
  if (!cause.empty()) body["details"]["causes"] = Json::array({{{"reason", cause}}});
  return {.status = status, .body = std::move(body)};
}

std::string key_of(const Json& object) {
  const Json& metadata = object["metadata"];
  return metadata.value("namespace", "") + "/" + metadata.value("name", "");
}

std::string uid_of(const Json& object) {
  return object["metadata"].value("uid", "");
}

std::string controller_of(const Json& object) {
  const auto& metadata = object["metadata"];
  if (!metadata.contains("ownerReferences")) return {};
  for (const Json& owner : metadata["ownerReferences"]) {
    if (owner.value("controller", false)) return owner["uid"];
  }
  return {};
}

std::string target_of(const Json& pod) {
  const Json& spec = pod["spec"];
  if (spec.contains("nodeName")) return spec["nodeName"];
  const Json::json_pointer term(
      "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/matchFields/0/values/"
      "0");
  return spec.contains(term) ? spec[term].get<std::string>() : std::string{};
}

bool is_ready(const Json& pod) {
  const Json::json_pointer status("/status/conditions/0/status");
  return pod.contains(status) && pod[status] == "True";
}

bool is_over(const Json& pod) {
  const std::string phase = pod["status"].value("phase", "");
  return phase == "Failed" || phase == "Succeeded";
}

bool is_terminating(const Json& object) {
  return object["metadata"].contains("deletionTimestamp");
}

std::string timestamp() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

namespace {

FakeObjects::Answer list_of(const ObjectPath& path, Json metadata, Json items) {
  return {.status = 200,
          .body = {{"kind", kind_of(path.plural) + "List"},
                   {"apiVersion", "v1"},
                   {"metadata", std::move(metadata)},
                   {"items", std::move(items)}}};
}

}  // namespace

FakeObjects FakeObjects::backup() const {
  FakeObjects copy = *this;
  copy.changed = nullptr;
  return copy;
}

void FakeObjects::restore(const FakeObjects& backup) {
  objects_ = backup.objects_;
  events_ = backup.events_;
  version_ = backup.version_;
  ++restores_;
}

// --- what clients ask for ---

FakeObjects::Answer FakeObjects::get(const ObjectPath& path) const {
  const Json* const object = find(path.plural, key_of(path));
  return object == nullptr ? not_found(path) : Answer{.status = 200, .body = *object};
}

FakeObjects::Answer FakeObjects::list(const ObjectPath& path, std::size_t limit, const std::string& after) const {
  const Collection& objects = all(path.plural);
  const auto end_of_version = after.find('@');
  const std::string version = after.empty() ? std::to_string(version_) : after.substr(0, end_of_version);
  auto next = after.empty() ? objects.begin() : objects.upper_bound(after.substr(end_of_version + 1));
  Json items = Json::array();
  std::string last;
  for (; next != objects.end() && items.size() < limit; ++next) {
    items.push_back(next->second);
    last = next->first;
  }
  Json metadata{{"resourceVersion", version}};
  if (next != objects.end()) metadata["continue"] = version + "@" + last;
  return list_of(path, std::move(metadata), std::move(items));
}

FakeObjects::Answer FakeObjects::list_one(const ObjectPath& path) const {
  const Json* const object = find(path.plural, key_of(path));
  Json items = Json::array();
  if (object != nullptr) items.push_back(*object);
  return list_of(path, {{"resourceVersion", std::to_string(version_)}}, std::move(items));
}

std::optional<FakeObjects::Answer> FakeObjects::refusal_to_create(const ObjectPath& path,
                                                                  const std::string& key) const {
  if (find(path.plural, key) != nullptr) {
    return refusal(409, "AlreadyExists", path.plural + " \"" + key + "\" already exists");
  }
  if (terminating_namespaces.contains(path.namespace_)) {
    return refusal(403, "Forbidden", "the namespace is being terminated", "NamespaceTerminating");
  }
  if (path.plural == "pods" && pod_quota && all("pods").size() >= *pod_quota) {
    return refusal(403, "Forbidden", "exceeded quota: pods");
  }
  return std::nullopt;
}

FakeObjects::Answer FakeObjects::create(const ObjectPath& path, Json object, const std::string& manager) {
  Json& metadata = object["metadata"];
  ++uids_;
  if (!metadata.contains("name")) {
    metadata["name"] = metadata.value("generateName", "") + std::to_string(uids_);
  }
  if (!path.namespace_.empty()) metadata["namespace"] = path.namespace_;
  const std::string key = support::key_of(object);
  if (auto refused = refusal_to_create(path, key)) return *refused;
  object["kind"] = kind_of(path.plural);
  metadata["uid"] = "uid-" + std::to_string(uids_);
  metadata["creationTimestamp"] = timestamp();
  metadata["managedFields"] = Json::array({{{"manager", manager}, {"operation", "Update"}}});
  complete(path.plural, object);
  Json& kept = objects_[path.plural][key] = std::move(object);
  record(path.plural, "ADDED", kept);
  return {.status = 201, .body = kept};
}

FakeObjects::Answer FakeObjects::merge_patch(const ObjectPath& path, const Json& patch) {
  const Json* const object = find(path.plural, key_of(path));
  if (object == nullptr) return not_found(path);
  const Json& metadata = (*object)["metadata"];
  const Json wanted = patch.value("metadata", Json::object());
  for (const char* precondition : {"resourceVersion", "uid"}) {
    if (wanted.contains(precondition) && wanted[precondition] != metadata[precondition]) {
      return refusal(409, "Conflict", path.plural + " \"" + path.name + "\" has been modified");
    }
  }
  Json after = *object;
  if (path.subresource == "status") {
    after["status"].merge_patch(patch["status"]);
  } else {
    after.merge_patch(patch);
  }
  return replace(path, *object, std::move(after));
}

FakeObjects::Answer FakeObjects::strategic_merge_patch(const ObjectPath& path, const Json& patch) {
  const Json* const object = find(path.plural, key_of(path));
  if (object == nullptr) return not_found(path);
  if (path.subresource == "status") {
    Json plain = patch;
    const Json conditions = plain["status"].value("conditions", Json::array());
    plain["status"]["conditions"] = merged((*object)["status"].value("conditions", Json::array()), conditions, "type");
    return merge_patch(path, plain);
  }
  const Json& wanted = patch["metadata"];
  if (wanted["uid"] != (*object)["metadata"]["uid"]) return refusal(422, "Invalid", "metadata.uid is immutable");
  Json after = *object;
  Json& owners = after["metadata"]["ownerReferences"];
  owners = merged(owners, wanted["ownerReferences"], "uid");
  const auto controls = [](const Json& owner) { return owner.value("controller", false); };
  if (std::ranges::count_if(owners, controls) > 1) return refusal(422, "Invalid", "only one reference can control");
  if (owners.empty()) after["metadata"].erase("ownerReferences");
  return replace(path, *object, std::move(after));
}

/// A patch that changes nothing makes no new version.
FakeObjects::Answer FakeObjects::replace(const ObjectPath& path, const Json& before, Json after) {
  if (path.plural == "daemonsets") count_generations(before, after);
  if (after != before) write(path.plural, std::move(after));
  return get(path);
}

FakeObjects::Answer FakeObjects::remove(const ObjectPath& path, const Json& options) {
  const std::string key = key_of(path);
  const Json* const object = find(path.plural, key);
  if (object == nullptr) return not_found(path);
  const Json::json_pointer precondition("/preconditions/uid");
  if (options.contains(precondition) && options[precondition] != (*object)["metadata"]["uid"]) {
    return refusal(409, "Conflict", "Precondition failed: UID");
  }
  const bool takes_time = path.plural == "pods" && (*object)["spec"].contains("nodeName") && !is_over(*object);
  if (!takes_time) {
    Answer answer{.status = 200, .body = *object};
    erase(path.plural, key);
    return answer;
  }
  if (!is_terminating(*object)) {
    Json going = *object;
    going["metadata"]["deletionTimestamp"] = timestamp();
    write(path.plural, std::move(going));
  }
  return get(path);
}

// --- what the cluster itself does ---

void FakeObjects::write(const std::string& plural, Json object) {
  Json& kept = objects_[plural][support::key_of(object)];
  const bool added = kept.is_null();
  kept = std::move(object);
  record(plural, added ? "ADDED" : "MODIFIED", kept);
}

void FakeObjects::erase(const std::string& plural, const std::string& key) {
  const auto found = objects_[plural].find(key);
  if (found == objects_[plural].end()) return;
  Json gone = std::move(found->second);
  objects_[plural].erase(found);
  record(plural, "DELETED", gone);
}

/// A deletion gets a version of its own too.
void FakeObjects::record(const std::string& plural, const char* type, Json& object) {
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
  events_[plural].push_back(
      {.version = version_, .line = std::string(R"({"type":")") + type + R"(","object":)" + object.dump() + "}\n"});
  changed(plural, object);
}

const FakeObjects::Collection& FakeObjects::all(const std::string& plural) const {
  static const Collection none;
  const auto found = objects_.find(plural);
  return found == objects_.end() ? none : found->second;
}

const Json* FakeObjects::find(const std::string& plural, const std::string& key) const {
  const Collection& objects = all(plural);
  const auto found = objects.find(key);
  return found == objects.end() ? nullptr : &found->second;
}

const std::vector<FakeObjects::Event>& FakeObjects::events(const std::string& plural) const {
  static const std::vector<Event> none;
  const auto found = events_.find(plural);
  return found == events_.end() ? none : found->second;
}

}  // namespace everynode::support
