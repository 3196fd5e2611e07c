#include "everynode/kubeconfig/file.hpp"

#include <gtest/gtest.h>

#include "kubeconfigs.hpp"

namespace everynode::kubeconfig {
namespace {

std::string error_of(const std::string& json) {
  const auto file = read_file(json, "/dir/config");
  return file ? "" : file.error().text();
}

TEST(KubeconfigFile, MayBeEmpty) {
  EXPECT_TRUE(read("null").clusters.empty());
  EXPECT_TRUE(read("{}").current.empty());
  EXPECT_TRUE(read(R"({"users": null, "contexts": [], "clusters": [{"name": "k", "cluster": null}]})").users.empty());
}

TEST(KubeconfigFile, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(error_of("[]"), "expected an object");
  EXPECT_EQ(error_of(R"({"current-context": 7})"), "current-context: expected a string");
  EXPECT_EQ(error_of(R"({"contexts": {}})"), "contexts: expected an array");
  EXPECT_EQ(error_of(R"({"clusters": [{"name": "k", "cluster": {"server": ["a"]}}]})"),
            "clusters[0].cluster.server: expected a string");
  EXPECT_EQ(error_of(R"({"clusters": [{"name": "k", "cluster": {"insecure-skip-tls-verify": "yes"}}]})"),
            "clusters[0].cluster.insecure-skip-tls-verify: expected true or false");
  EXPECT_EQ(error_of(R"({"users": [{"name": "u", "user": {"token": 1}}]})"), "users[0].user.token: expected a string");
  EXPECT_EQ(error_of(R"({"users": [{"name": "u", "user": {"exec": {"env": [{"name": "a", "value": 1}]}}}]})"),
            "users[0].user.exec.env[0].value: expected a string");
  EXPECT_EQ(error_of(R"({"users": [{"name": "u"}, {"name": "u"}]})"), "users[1]: the name \"u\" stands there twice");
  EXPECT_EQ(error_of(R"({"kind": "Secret"})"), "kind: expected Config");
  EXPECT_EQ(error_of(R"({"apiVersion": "v2"})"), "apiVersion: expected v1");
}

TEST(KubeconfigFile, KeepsWhatAClusterSaysToPlugins) {
  const File file = read(R"({"clusters": [{"name": "k", "cluster": {"extensions": [
      {"name": "other", "extension": "text"},
      {"extension": {"audience": "x", "list": [1, 2]}, "name": "client.authentication.k8s.io/exec"}]}}]})");
  EXPECT_EQ(file.clusters.at(0).exec_config, R"({"audience": "x", "list": [1, 2]})");
}

TEST(KubeconfigFile, MeansNamesFromItsDirectory) {
  const std::string json = R"({"users": [{"name": "u", "user": {"tokenFile": "t", "client-key": "/k"}}]})";
  EXPECT_EQ(read(json, "a/b").users.at(0).token_file, "a/t");
  EXPECT_EQ(read(json, "b").users.at(0).token_file, "t");
  EXPECT_EQ(read(json, "a/b").users.at(0).key, "/k");
}

TEST(KubeconfigFile, MergesSoThatTheFirstOfANameWins) {
  const File all = merge({read(R"({"users": [{"name": "u", "user": {"token": "first"}}]})", "a"),
                          read(R"({"current-context": "second", "users": [{"name": "u", "user": {"token": "second"}},
                                   {"name": "v", "user": {"tokenFile": "t"}}]})",
                               "dir/b"),
                          read(R"({"current-context": "third"})", "c")});
  EXPECT_EQ(all.names, "a, dir/b, c");
  EXPECT_EQ(all.current, "second");
  ASSERT_EQ(all.users.size(), 2U);
  EXPECT_EQ(all.users.at(0).token, "first");
  EXPECT_EQ(all.users.at(0).file, "a");
  EXPECT_EQ(all.users.at(1).token_file, "dir/t");
  EXPECT_TRUE(merge({}).names.empty());
}

}  // namespace
}  // namespace everynode::kubeconfig
