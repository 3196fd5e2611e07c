/// Requests to the Kubernetes API as values: verb, resource, path and body. They know no socket.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "everynode/kube/encoding.hpp"

namespace everynode::kube {

/// A resource of the API, as RBAC and URLs name it.
struct Resource {
  std::string_view group;  ///< empty: the core group
  std::string_view version;
  std::string_view plural;       ///< e.g. "daemonsets"
  std::string_view subresource;  ///< e.g. "status"; empty: the object itself

  bool operator==(const Resource&) const = default;
};

inline constexpr Resource pods{.group = "", .version = "v1", .plural = "pods", .subresource = ""};
inline constexpr Resource nodes{.group = "", .version = "v1", .plural = "nodes", .subresource = ""};
inline constexpr Resource events{.group = "", .version = "v1", .plural = "events", .subresource = ""};
inline constexpr Resource secrets{.group = "", .version = "v1", .plural = "secrets", .subresource = ""};
inline constexpr Resource daemon_sets{.group = "apps", .version = "v1", .plural = "daemonsets", .subresource = ""};
inline constexpr Resource daemon_sets_status{
    .group = "apps", .version = "v1", .plural = "daemonsets", .subresource = "status"};
inline constexpr Resource controller_revisions{
    .group = "apps", .version = "v1", .plural = "controllerrevisions", .subresource = ""};
inline constexpr Resource rollout_policies{
    .group = "everynode.dev", .version = "v1alpha1", .plural = "rolloutpolicies", .subresource = ""};
inline constexpr Resource rollout_policies_status{
    .group = "everynode.dev", .version = "v1alpha1", .plural = "rolloutpolicies", .subresource = "status"};
inline constexpr Resource daemon_set_overlays{
    .group = "everynode.dev", .version = "v1alpha1", .plural = "daemonsetoverlays", .subresource = ""};
inline constexpr Resource daemon_set_overlays_status{
    .group = "everynode.dev", .version = "v1alpha1", .plural = "daemonsetoverlays", .subresource = "status"};
inline constexpr Resource priority_classes{
    .group = "scheduling.k8s.io", .version = "v1", .plural = "priorityclasses", .subresource = ""};
inline constexpr Resource leases{
    .group = "coordination.k8s.io", .version = "v1", .plural = "leases", .subresource = ""};
inline constexpr Resource mutating_webhook_configurations{.group = "admissionregistration.k8s.io",
                                                          .version = "v1",
                                                          .plural = "mutatingwebhookconfigurations",
                                                          .subresource = ""};

/// The verbs of RBAC.
enum class Verb : std::uint8_t { get, list, watch, create, update, patch, delete_ };

/// "get", ..., "delete".
[[nodiscard]] std::string_view name_of(Verb verb);

/// "apps/daemonsets/status": what a role must name.
[[nodiscard]] std::string name_of(const Resource& resource);

struct Request {
  Verb verb = Verb::get;
  Resource resource;
  std::string target;        ///< path and query, percent-encoded
  std::string content_type;  ///< empty without a body
  std::string body;
  Encoding answer = Encoding::json;  ///< protobuf: preferred; JSON is accepted as well
  bool any_type = false;             ///< an answer of any other type is accepted too

  /// The HTTP method: GET, POST, PUT, PATCH or DELETE.
  [[nodiscard]] std::string_view method() const;
};

/// Where an object is. The namespace is empty for resources without one, and for all namespaces in `list` and `watch`.
struct ObjectKey {
  std::string namespace_;
  std::string name;

  auto operator<=>(const ObjectKey&) const = default;
};

/// "namespace/name".
[[nodiscard]] std::string to_text(const ObjectKey& key);
/// Of such a text.
[[nodiscard]] ObjectKey to_key(std::string_view text);

[[nodiscard]] Request get(const Resource& resource, const ObjectKey& key);
/// What is no resource, e.g. "/openid/v1/jwks". The API server has types of its own for such (application/jwk-set+json)
/// and refuses who accepts only JSON (406).
[[nodiscard]] Request get_path(std::string_view path);
[[nodiscard]] Request create(const Resource& resource, std::string_view namespace_, std::string body);
[[nodiscard]] Request update(const Resource& resource, const ObjectKey& key, std::string body);
/// RFC 7386.
[[nodiscard]] Request merge_patch(const Resource& resource, const ObjectKey& key, std::string body);
/// Kubernetes' own kind of patch, which merges lists by key.
[[nodiscard]] Request strategic_merge_patch(const Resource& resource, const ObjectKey& key, std::string body);
/// RFC 6902.
[[nodiscard]] Request json_patch(const Resource& resource, const ObjectKey& key, std::string body);

/// How a pod is deleted: `none` takes it out of the API at once, whatever runs.
enum class Grace : std::uint8_t { usual, none };

/// Deletes the object with this UID and no other of its name (preconditions.uid); with an empty UID, any object of that
/// name.
[[nodiscard]] Request remove(const Resource& resource, const ObjectKey& key, std::string_view uid,
                             Grace grace = Grace::usual);

/// What a list or a watch is about: all objects of a resource, or those that the server selects.
struct Collection {
  Collection(const Resource& of, std::string_view in = {}) : resource(of), namespace_(in) {}  // NOLINT: all of them

  Resource resource;
  std::string namespace_;  ///< empty: all
  std::string labels;      ///< a labelSelector, e.g. "app in (agent),tier"; empty: any
  std::string fields;      ///< a fieldSelector, e.g. "metadata.name=agent"; empty: any
  std::string shards;      ///< a shardSelector, as `Shard::selector` makes it; empty: any
};

/// One page of a list. `continue_` is empty for the first.
[[nodiscard]] Request list(const Collection& collection, std::uint32_t limit, std::string_view continue_);
/// A list of the one object of the collection that has this name; of any one if the name is empty.
[[nodiscard]] Request list_one(const Collection& collection, const ObjectKey& key);
/// Events since `resource_version`, with bookmarks; the server closes after `timeout`.
[[nodiscard]] Request watch(const Collection& collection, std::string_view resource_version,
                            std::chrono::seconds timeout);
/// Events since the beginning: first all that there is now, up to a bookmark that says so, then as `watch`
/// (KEP-3157, WatchList: on by default since Kubernetes 1.34). Where it is off the server refuses with 422.
[[nodiscard]] Request watch_all(const Collection& collection, std::chrono::seconds timeout);
/// The same write, which is judged and answered as always, but not done.
[[nodiscard]] Request as_dry_run(Request request);

}  // namespace everynode::kube
