#include "everynode/admission/ownership.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace everynode::admission {
namespace {

objects::OwnerReference owner(std::string_view api_version, std::string_view kind, bool controller = true) {
  return {.api_version = api_version, .kind = kind, .name = "x", .uid = "u", .controller = controller};
}

TEST(Ownership, TheControllerIsTheReferenceThatSaysSo) {
  objects::PodMetadata metadata;
  EXPECT_EQ(controller_of(metadata), nullptr);
  metadata.owner_references = {owner("apps/v1", "DaemonSet", false), owner("v1", "Node")};
  ASSERT_NE(controller_of(metadata), nullptr);
  EXPECT_EQ(controller_of(metadata)->kind, "Node");
}

TEST(Ownership, GroupOfAnApiVersion) {
  EXPECT_EQ(group_of("apps/v1"), "apps");
  EXPECT_EQ(group_of("v1"), "");
  EXPECT_EQ(group_of(""), "");
}

TEST(Ownership, DaemonSetOfAnyGroupCounts) {
  for (const auto* api_version : {"apps/v1", "apps.kruise.io/v1alpha1", "v1", ""})
    EXPECT_TRUE(is_daemon_set(owner(api_version, "DaemonSet"), {}));
  for (const auto* kind : {"ReplicaSet", "StatefulSet", "daemonset", "AdvancedDaemonSet", ""})
    EXPECT_FALSE(is_daemon_set(owner("apps/v1", kind), {}));
}

TEST(Ownership, FurtherKindsCountInTheirGroup) {
  const std::vector<GroupKind> further{{.group = "example.com", .kind = "NodeAgent"},
                                       {.group = "*", .kind = "Anywhere"}};
  EXPECT_TRUE(is_daemon_set(owner("example.com/v1", "NodeAgent"), further));
  EXPECT_FALSE(is_daemon_set(owner("example.org/v1", "NodeAgent"), further));
  EXPECT_TRUE(is_daemon_set(owner("example.org/v1", "Anywhere"), further));
}

}  // namespace
}  // namespace everynode::admission
