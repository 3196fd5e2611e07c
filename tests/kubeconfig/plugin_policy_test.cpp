#include "everynode/kubeconfig/plugin_policy.hpp"

#include <gtest/gtest.h>

namespace everynode::kubeconfig {
namespace {

using Kind = PluginPolicy::Kind;

std::string preference(const std::string& fields) {
  return R"({"kind": "Preference", "apiVersion": "kubectl.config.k8s.io/v1beta1")" + fields + "}";
}

PluginPolicy read(const std::string& fields) {
  const auto policy = read_preference(preference(fields));
  EXPECT_TRUE(policy && *policy) << fields;
  return policy && *policy ? **policy : PluginPolicy();
}

std::string error_of(const std::string& fields) {
  const auto policy = read_preference(preference(fields));
  return policy ? "" : policy.error().text();
}

TEST(PluginPolicy, IsReadFromPreferences) {
  EXPECT_EQ(read("").kind, Kind::allow_all);
  EXPECT_EQ(read(R"(, "credentialPluginPolicy": "AllowAll")").kind, Kind::allow_all);
  EXPECT_EQ(read(R"(, "credentialPluginPolicy": "DenyAll", "aliases": [{"name": "x"}])").kind, Kind::deny_all);
  const PluginPolicy list = read(
      R"(, "credentialPluginPolicy": "Allowlist", "credentialPluginAllowlist": [{"command": "a"}, {"name": "/b/c"}])");
  EXPECT_EQ(list.kind, Kind::allowlist);
  EXPECT_EQ(list.commands, (std::vector<std::string>{"a", "/b/c"}));
  const auto other = read_preference(R"({"kind": "Config", "apiVersion": "v1"})");
  EXPECT_TRUE(other && !*other);
}

TEST(PluginPolicy, SaysWhatIsWrong) {
  const std::string list = R"(, "credentialPluginPolicy": "Allowlist", "credentialPluginAllowlist": )";
  const auto wrong_entry = [](const std::string& entry) {
    return "credentialPluginAllowlist[0].command: \"" + entry +
           "\"; expected a command, without needless slashes and dots";
  };
  EXPECT_EQ(error_of(R"(, "credentialPluginPolicy": "Some")"),
            "credentialPluginPolicy: \"Some\"; expected AllowAll, DenyAll or Allowlist");
  EXPECT_EQ(error_of(R"(, "credentialPluginPolicy": "DenyAll", "credentialPluginAllowlist": [])"),
            "credentialPluginAllowlist: it counts with credentialPluginPolicy: Allowlist only");
  EXPECT_EQ(error_of(list + "[]"), "credentialPluginAllowlist: it is empty; expected entries, or the policy DenyAll");
  EXPECT_EQ(error_of(list + R"([{}])"), wrong_entry(""));
  for (const auto* path : {"./a", "a/", "a//b", "/a/../b", "a/./b"})
    EXPECT_EQ(error_of(list + R"([{"command": ")" + path + R"("}])"), wrong_entry(path));
  EXPECT_EQ(error_of(list + R"([{"command": "../a"}, {"command": "/"}])"), "");
  EXPECT_EQ(error_of(list + R"([{"command": "a", "name": "b"}])"),
            "credentialPluginAllowlist[0]: command and name differ; leave name out");
}

TEST(PluginPolicy, LetsRunWhatIsListed) {
  const auto look_up = [](const std::string& command) { return command == "aws" ? "/usr/bin/aws" : command; };
  const auto may = [&](std::vector<std::string> list, const std::string& command, const std::string& place) {
    return may_run({.kind = Kind::allowlist, .commands = std::move(list)}, command, place, look_up);
  };
  EXPECT_TRUE(may({"aws"}, "aws", "/usr/bin/aws"));
  EXPECT_TRUE(may({"/usr/bin/aws"}, "aws", "/usr/bin/aws"));
  EXPECT_TRUE(may({"x", "aws"}, "/usr/bin/aws", "/usr/bin/aws")) << "found at the same place";
  EXPECT_FALSE(may({"aws"}, "/tmp/aws", "/tmp/aws"));
  EXPECT_FALSE(may({"/tmp/aws"}, "aws", "/usr/bin/aws"));
  EXPECT_FALSE(may({"gcloud"}, "aws", "/usr/bin/aws"));
  EXPECT_TRUE(may_run({}, "aws", "/usr/bin/aws", look_up));
  EXPECT_FALSE(may_run({.kind = Kind::deny_all, .commands = {}}, "aws", "/usr/bin/aws", look_up));
}

}  // namespace
}  // namespace everynode::kubeconfig
