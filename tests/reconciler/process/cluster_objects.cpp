#include "cluster_objects.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace everynode::reconciler {
namespace {

using namespace nlohmann::literals;

const std::string namespace_ = "default";
const std::string policy_key = namespace_ + "/policy";

Json containers(const std::string& image) {
  return Json::array({{{"name", "agent"}, {"image", image}}});
}

/// Conditions in a fixed order, whatever the order of their writes.
Json without_times(Json status) {
  if (!status.contains("conditions")) return status;
  for (Json& condition : status["conditions"]) condition.erase("lastTransitionTime");
  std::ranges::sort(status["conditions"].get_ref<Json::array_t&>(), {},
                    [](const Json& condition) { return condition["type"].get<std::string>(); });
  return status;
}

bool status_is_settled(const Json& daemon_set, std::size_t nodes) {
  const Json& status = daemon_set["status"];
  const auto is = [&](const char* name, std::size_t wanted) { return status.value(name, std::size_t{0}) == wanted; };
  return status.value("observedGeneration", 0) == daemon_set["metadata"]["generation"].get<int>() &&
         is("desiredNumberScheduled", nodes) && is("currentNumberScheduled", nodes) && is("numberReady", nodes) &&
         is("updatedNumberScheduled", nodes) && is("numberAvailable", nodes) && is("numberUnavailable", 0) &&
         is("numberMisscheduled", 0);
}

bool pods_are_settled(const FakeObjects& objects, const Json& daemon_set) {
  std::map<std::string, int> on_node;
  for (const auto& [key, pod] : objects.all("pods")) {
    if (support::controller_of(pod) != support::uid_of(daemon_set)) continue;
    if (!support::is_ready(pod) || support::is_terminating(pod)) return false;
    if (pod["spec"]["containers"] != daemon_set["spec"]["template"]["spec"]["containers"]) return false;
    ++on_node[support::target_of(pod)];
  }
  const auto once = [](const auto& entry) { return entry.second == 1; };
  return on_node.size() == objects.all("nodes").size() && std::ranges::all_of(on_node, once);
}

}  // namespace

Json node(const std::string& name) {
  return {{"kind", "Node"}, {"metadata", {{"name", name}, {"uid", "node-" + name}}}, {"spec", Json::object()}};
}

Json daemon_set(const std::string& name, const std::string& image) {
  return {
      {"metadata", {{"name", name}, {"namespace", namespace_}}},
      {"spec",
       {{"selector", {{"matchLabels", {{"app", name}}}}},
        {"revisionHistoryLimit", 10},
        {"updateStrategy", {{"type", "RollingUpdate"}, {"rollingUpdate", {{"maxUnavailable", 1}, {"maxSurge", 0}}}}},
        {"template", {{"metadata", {{"labels", {{"app", name}}}}}, {"spec", {{"containers", containers(image)}}}}}}}};
}

Json orphan(const std::string& name, const std::string& daemon_set, const std::string& node) {
  return {{"kind", "Pod"},
          {"metadata",
           {{"name", name},
            {"namespace", namespace_},
            {"uid", "orphan-" + name},
            {"creationTimestamp", support::timestamp()},
            {"labels", {{"app", daemon_set}}}}},
          {"spec", {{"nodeName", node}, {"containers", containers("orphan")}}},
          {"status",
           {{"phase", "Running"},
            {"conditions",
             Json::array({{{"type", "Ready"}, {"status", "True"}, {"lastTransitionTime", support::timestamp()}}})}}}};
}

void add_nodes(FakeObjects& objects, std::size_t count) {
  for (std::size_t i = 1; i <= count; ++i) objects.write("nodes", node("n" + std::to_string(i)));
}

void add_daemon_set(FakeObjects& objects, const Json& daemon_set) {
  objects.create({.plural = "daemonsets", .namespace_ = namespace_, .name = {}, .subresource = {}}, daemon_set, "user");
}

void copy_revision(FakeObjects& objects) {
  Json copy = objects.all("controllerrevisions").begin()->second;
  copy["metadata"]["name"] = "copy";
  copy["metadata"]["uid"] = "copy";
  copy["metadata"]["labels"]["controller-revision-hash"] = "copy";
  copy["metadata"].erase("ownerReferences");  // a revision with an owner is noticed only at the next sync
  copy["revision"] = copy["revision"].get<int>() + 1;
  objects.write("controllerrevisions", copy);
}

void set_image(FakeObjects& objects, const std::string& daemon_set, const std::string& image) {
  Json patch;
  patch["spec"]["template"]["spec"]["containers"] = containers(image);
  objects.merge_patch({.plural = "daemonsets", .namespace_ = namespace_, .name = daemon_set, .subresource = {}}, patch);
}

void add_policy(FakeObjects& objects) {
  const Json wave{{"name", "one"}, {"count", 1}, {"hold", true}};
  objects.create({.plural = "rolloutpolicies", .namespace_ = namespace_, .name = {}, .subresource = {}},
                 {{"metadata", {{"name", "policy"}}},
                  {"spec", {{"selector", Json::object()}, {"maxUnavailable", 1}, {"waves", Json::array({wave})}}}},
                 "user");
}

void promote(FakeObjects& objects) {
  const Json& told = (*objects.find("rolloutpolicies", policy_key))["status"]["daemonSets"][0];
  const Json promotion{{"daemonSet", told["name"]}, {"wave", told["wave"]}, {"revision", told["revision"]}};
  objects.merge_patch(
      {.plural = "rolloutpolicies", .namespace_ = namespace_, .name = "policy", .subresource = "status"},
      {{"status", {{"promoted", Json::array({promotion})}}}});
}

std::string phase_of_policy(const FakeObjects& objects) {
  const Json* const policy = objects.find("rolloutpolicies", policy_key);
  return policy == nullptr ? std::string{} : policy->value("/status/phase"_json_pointer, "");
}

std::size_t pods_of(const FakeObjects& objects, const std::string& image) {
  return static_cast<std::size_t>(std::ranges::count_if(
      objects.all("pods"), [&](const auto& entry) { return entry.second["spec"]["containers"][0]["image"] == image; }));
}

bool is_settled(const FakeObjects& objects) {
  const std::size_t nodes = objects.all("nodes").size();
  return std::ranges::all_of(objects.all("daemonsets"), [&](const auto& entry) {
    return pods_are_settled(objects, entry.second) && status_is_settled(entry.second, nodes);
  });
}

bool none_is_left_over(const FakeObjects& objects) {
  const auto owned = std::ranges::count_if(
      objects.all("pods"), [](const auto& entry) { return !support::controller_of(entry.second).empty(); });
  return std::cmp_equal(owned, objects.all("nodes").size() * objects.all("daemonsets").size());
}

std::string unowned_revisions_in(const FakeObjects& objects) {
  std::string unmatched;
  for (const auto& [key, revision] : objects.all("controllerrevisions")) {
    const std::string owner = support::controller_of(revision);
    const std::string selected_by = revision["metadata"].value("/labels/app"_json_pointer, "");
    const auto concerns = [&](const auto& entry) {
      return owner.empty() ? entry.first == namespace_ + "/" + selected_by : support::uid_of(entry.second) == owner;
    };
    const bool concerned = std::ranges::any_of(objects.all("daemonsets"), concerns);
    if (concerned == owner.empty()) unmatched += "stray revision " + key + "\n";
  }
  return unmatched;
}

bool is_copy(const Json& revision) {
  return revision["metadata"]["name"].get<std::string>().starts_with("copy");
}

std::string summary_of(const FakeObjects& objects, const std::string& without_label) {
  std::vector<std::string> lines;
  std::map<std::string, std::string> names{{"", "nobody"}};
  for (const auto& [key, set] : objects.all("daemonsets")) {
    names[support::uid_of(set)] = key;
    lines.push_back("daemonset " + key + " " + without_times(set["status"]).dump());
  }
  for (const auto& [key, policy] : objects.all("rolloutpolicies")) {
    lines.push_back("policy " + key + " " + without_times(policy["status"]).dump());
  }
  for (auto [key, pod] : FakeObjects::Collection(objects.all("pods"))) {
    pod["metadata"]["labels"].erase(without_label);
    lines.push_back("pod of " + names[support::controller_of(pod)] + " on " + support::target_of(pod) + " labels " +
                    pod["metadata"]["labels"].dump() + pod["spec"].dump() + pod["status"]["phase"].dump());
  }
  for (const auto& [key, revision] : objects.all("controllerrevisions")) {
    lines.push_back("revision " + key + " of " + names[support::controller_of(revision)] + " " +
                    revision["revision"].dump() + revision["data"].dump());
  }
  std::ranges::sort(lines);
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::size_t count(const FakeCluster& cluster, const std::string& method, const std::string& part_of_target) {
  const auto requests = cluster.server().requests();
  return static_cast<std::size_t>(std::ranges::count_if(requests, [&](const auto& request) {
    return request.method == method && request.target.contains(part_of_target);
  }));
}

}  // namespace everynode::reconciler
