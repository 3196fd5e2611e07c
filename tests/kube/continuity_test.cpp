#include "everynode/kube/continuity.hpp"

#include <gtest/gtest.h>

namespace everynode::kube {
namespace {

const Witness pod{.key = {.namespace_ = "ns", .name = "a"}, .resource_version = "900"};
const Witness gone{.key = {.namespace_ = "ns", .name = "a"}, .resource_version = "900", .deleted = true};

TEST(Continuity, IsProvenByAWitnessThatIsAsItWas) {
  EXPECT_EQ(continuity(pod, "900", "900"), Continuity::proven);
  EXPECT_EQ(continuity(pod, "1000", "900"), Continuity::proven);
  EXPECT_EQ(continuity(gone, "1000", std::nullopt), Continuity::proven);
  EXPECT_EQ(continuity({}, "5", std::nullopt), Continuity::proven) << "nothing was known that could be lost";
}

TEST(Continuity, IsBrokenByAListThatWentBack) {
  EXPECT_EQ(continuity(pod, "899", "850"), Continuity::broken);
  EXPECT_EQ(continuity(pod, "99", std::nullopt), Continuity::broken);
  EXPECT_EQ(continuity(gone, "899", std::nullopt), Continuity::broken);
}

TEST(Continuity, IsBrokenByAWitnessThatWentBackThoughTheListHasOvertakenIt) {
  EXPECT_EQ(continuity(pod, "2000", "850"), Continuity::broken);
  EXPECT_EQ(continuity(gone, "2000", "850"), Continuity::broken) << "what was deleted is there again";
}

TEST(Continuity, IsUncertainIfTheWitnessHasChangedOrGone) {
  EXPECT_EQ(continuity(pod, "2000", "1500"), Continuity::uncertain);
  EXPECT_EQ(continuity(pod, "2000", std::nullopt), Continuity::uncertain);
}

TEST(Continuity, IsNotJudgedByVersionsThatAreNoNumbers) {
  EXPECT_EQ(continuity(pod, "x", "y"), Continuity::uncertain);
  EXPECT_FALSE(went_back("", "1"));
  EXPECT_FALSE(went_back("9", "9"));
  EXPECT_TRUE(went_back("10", "9"));
}

TEST(Witness, TheNewerOneCounts) {
  const Witness older{.key = {.namespace_ = "ns", .name = "b"}, .resource_version = "90"};
  EXPECT_EQ(newer(older, pod), pod);
  EXPECT_EQ(newer(pod, older), pod);
  EXPECT_EQ(newer({}, older), older);
  EXPECT_EQ(newer(older, {}), older);
}

}  // namespace
}  // namespace everynode::kube
