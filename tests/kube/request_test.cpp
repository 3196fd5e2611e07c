#include "everynode/kube/request.hpp"

#include <gtest/gtest.h>

namespace everynode::kube {
namespace {

TEST(Request, NamesTheObjectInItsPath) {
  EXPECT_EQ(get(pods, {.namespace_ = "ns", .name = "a"}).target, "/api/v1/namespaces/ns/pods/a");
  EXPECT_EQ(get(nodes, {.namespace_ = "", .name = "n.example"}).target, "/api/v1/nodes/n.example");
  EXPECT_EQ(update(daemon_sets_status, {.namespace_ = "ns", .name = "ds"}, "{}").target,
            "/apis/apps/v1/namespaces/ns/daemonsets/ds/status");
  EXPECT_EQ(create(leases, "kube-system", "{}").target, "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases");
}

TEST(Request, MayBeForWhatIsNoResource) {
  EXPECT_EQ(get_path("/openid/v1/jwks").target, "/openid/v1/jwks");
  EXPECT_EQ(get_path("/openid/v1/jwks").method(), "GET");
}

TEST(Request, EncodesWhatWouldChangeThePath) {
  EXPECT_EQ(get(pods, {.namespace_ = "a/b", .name = "../x?y#z %"}).target,
            "/api/v1/namespaces/a%2Fb/pods/..%2Fx%3Fy%23z%20%25");
  EXPECT_EQ(get(nodes, {.namespace_ = "", .name = "\xc3\xa9"}).target, "/api/v1/nodes/%C3%A9");
}

TEST(Request, HasMethodAndContentType) {
  const ObjectKey key{.namespace_ = "ns", .name = "a"};
  const auto summary = [](const Request& request) {
    return std::string(request.method()) + " " + request.content_type + " " + request.body;
  };
  EXPECT_EQ(summary(get(pods, key)), "GET  ");
  EXPECT_EQ(summary(create(pods, "ns", "{}")), "POST application/json {}");
  EXPECT_EQ(summary(update(pods, key, "{}")), "PUT application/json {}");
  EXPECT_EQ(summary(merge_patch(pods, key, "{}")), "PATCH application/merge-patch+json {}");
  EXPECT_EQ(summary(strategic_merge_patch(pods, key, "{}")), "PATCH application/strategic-merge-patch+json {}");
}

TEST(Request, DeletesTheObjectThatItMeans) {
  const ObjectKey key{.namespace_ = "ns", .name = "a"};
  const Request exact = remove(pods, key, "u\"1");
  EXPECT_EQ(exact.method(), "DELETE");
  EXPECT_EQ(exact.content_type, "application/json");
  EXPECT_EQ(exact.body, R"({"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"u\"1"}})");
  EXPECT_EQ(remove(pods, key, "", Grace::none).body,
            R"({"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":0})");
  EXPECT_EQ(remove(pods, key, "").body, R"({"kind":"DeleteOptions","apiVersion":"v1"})");
}

TEST(Request, ListsPagesAndWatches) {
  EXPECT_EQ(list(pods, 500, "").target, "/api/v1/pods?limit=500");
  EXPECT_EQ(list(pods, 500, "a+b/c==").target, "/api/v1/pods?limit=500&continue=a%2Bb%2Fc%3D%3D");
  EXPECT_EQ(watch(daemon_sets, "42", std::chrono::seconds(300)).target,
            "/apis/apps/v1/daemonsets?watch=1&allowWatchBookmarks=true&resourceVersion=42&timeoutSeconds=300");
  EXPECT_EQ(watch(pods, "42", std::chrono::seconds(300)).verb, Verb::watch);
  EXPECT_EQ(watch_all(pods, std::chrono::seconds(300)).target,
            "/api/v1/pods?watch=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
            "&timeoutSeconds=300")
      << "no resourceVersion: of the present";
  EXPECT_EQ(watch_all(pods, std::chrono::seconds(300)).verb, Verb::watch);
}

TEST(Request, AsksForWhatASelectorMatchesOnly) {
  Collection agents(pods, "ns");
  agents.labels = "app in (agent)";
  agents.fields = "spec.nodeName=n";
  EXPECT_EQ(list(agents, 500, "c").target,
            "/api/v1/namespaces/ns/pods?limit=500&labelSelector=app%20in%20%28agent%29&fieldSelector=spec.nodeName%3Dn"
            "&continue=c");
  EXPECT_EQ(watch(agents, "42", std::chrono::seconds(300)).target,
            "/api/v1/namespaces/ns/pods?watch=1&allowWatchBookmarks=true&labelSelector=app%20in%20%28agent%29"
            "&fieldSelector=spec.nodeName%3Dn&resourceVersion=42&timeoutSeconds=300");
  EXPECT_EQ(list_one(agents, {}).target,
            "/api/v1/namespaces/ns/pods?limit=1&labelSelector=app%20in%20%28agent%29&fieldSelector=spec.nodeName%3Dn")
      << "any one of them, where we may look";
  agents.labels.clear();
  EXPECT_EQ(list_one(agents, {.namespace_ = "ns", .name = "a"}).target,
            "/api/v1/namespaces/ns/pods?limit=1&fieldSelector=metadata.name%3Da");
}

TEST(Request, MayBeADryRun) {
  EXPECT_EQ(as_dry_run(create(pods, "ns", "{}")).target, "/api/v1/namespaces/ns/pods?dryRun=All");
}

TEST(Request, IsNamedAsRolesNameIt) {
  EXPECT_EQ(name_of(pods), "pods");
  EXPECT_EQ(name_of(daemon_sets_status), "apps/daemonsets/status");
  EXPECT_EQ(name_of(Verb::delete_), "delete");
}

}  // namespace
}  // namespace everynode::kube
