#include "admission/apply.hpp"

#include <gtest/gtest.h>

#include "error_of.hpp"
#include "everynode/objects/decode.hpp"

namespace everynode::admission {
namespace {

class Apply : public ::testing::Test {
 protected:
  /// Applies the patch to the pod; returns the error, or an empty text.
  std::string apply_to(const std::string& spec, const std::string& patch) {
    text_ = R"({"spec":{)" + spec + "}}";
    pod_ = {};
    EXPECT_TRUE(document_.read(text_, [&](codec::JsonValue root) { read(root, pod_); }));
    const auto patched = apply(patch, pod_, scratch_);
    if (patched) pod_ = *patched;
    return support::error_of(patched);
  }

  std::string text_;
  codec::Document document_;
  codec::Document scratch_;
  objects::Pod pod_;
};

TEST_F(Apply, AddsToTheEndAndAtAnIndex) {
  const std::string spec = R"("tolerations":[{"key":"b"}])";
  EXPECT_EQ(apply_to(spec, R"([{"op":"add","path":"/spec/tolerations/-","value":{"key":"c"}},)"
                           R"({"op":"add","path":"/spec/tolerations/0","value":{"key":"a"}}])"),
            "");
  ASSERT_EQ(pod_.spec.tolerations->size(), 3U);
  EXPECT_EQ((*pod_.spec.tolerations)[0].key, "a");
  EXPECT_EQ((*pod_.spec.tolerations)[2].key, "c");
}

TEST_F(Apply, RefusesWhatTheApiServerWouldRefuse) {
  const auto add = [](const std::string& path, const std::string& value) {
    return R"([{"op":"add","path":")" + path + R"(","value":)" + value + "}]";
  };
  EXPECT_EQ(apply_to("", add("/spec/tolerations/-", R"({"key":"a"})")), "[0].value: the parent is missing");
  EXPECT_EQ(apply_to("", add("/spec/affinity/nodeAffinity", "{}")), "[0].value: the parent is missing");
  EXPECT_EQ(apply_to(R"("tolerations":[])", add("/spec/tolerations/1", "{}")), "[0].value: there is no element 1");
  EXPECT_EQ(apply_to(R"("tolerations":[])", add("/spec/tolerations/x", "{}")), "[0].value: there is no element x");
  EXPECT_EQ(apply_to("", add("/spec/tolerations", R"({"key":"a"})")), "[0].value: expected an array");
  EXPECT_EQ(apply_to("", add("/spec/tolerations", R"([{"key":1}])")), "[0].value[0].key: expected a string");
}

TEST_F(Apply, RefusesWhatEverynodeNeverWrites) {
  const auto add = [](const std::string& path) { return R"([{"op":"add","path":")" + path + R"(","value":{}}])"; };
  const std::string only = "[0].value: Everynode writes only below /spec and /metadata/annotations";
  EXPECT_EQ(apply_to("", add("/metadata/name")), only);
  EXPECT_EQ(apply_to("", add("")), only);
  EXPECT_EQ(apply_to("", add("/metadata/annotations/other")), "[0].value: the parent is missing");
  EXPECT_EQ(apply_to("", add("/spec/containers")), "[0].value: Everynode writes no field containers");
  EXPECT_EQ(apply_to(R"("affinity":{})", add("/spec/affinity/podAffinity")),
            "[0].value: Everynode writes no field podAffinity");
}

TEST_F(Apply, WritesTheAnnotationThatNamesTheNode) {
  const std::string map = R"({"op":"add","path":"/metadata/annotations","value":{"everynode.dev/node":"n1"}})";
  const auto node = [](const std::string& value) {
    return R"({"op":"add","path":"/metadata/annotations/everynode.dev~1node","value":)" + value + "}";
  };
  EXPECT_EQ(apply_to("", "[" + map + "," + node(R"("n2")") + "]"), "");
  EXPECT_EQ(pod_.metadata.annotations->target_node, "n2");
  EXPECT_EQ(apply_to("", "[" + node(R"("n2")") + "]"), "[0].value: the parent is missing");
  EXPECT_EQ(apply_to("", "[" + map + "," + node("1") + "]"), "[1].value: expected a string");
  EXPECT_EQ(apply_to("", "[" + map + R"(,{"op":"add","path":"/metadata/annotations/other","value":"x"}])"),
            "[1].value: Everynode writes no field other");
}

TEST_F(Apply, MovesARequirement) {
  const std::string terms =
      "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms";
  const std::string spec =
      R"("affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[)"
      R"({"matchExpressions":[{"key":"a","operator":"Exists"}],"matchFields":[]}]}}})";
  const auto move = [&](const std::string& from, const std::string& path) {
    return R"([{"op":"move","from":")" + terms + from + R"(","path":")" + terms + path + R"("}])";
  };
  EXPECT_EQ(apply_to(spec, move("/0/matchExpressions/0", "/0/matchFields/-")), "");
  EXPECT_TRUE(objects::required_terms(pod_.spec.affinity)[0].match_expressions->empty());
  EXPECT_EQ(objects::required_terms(pod_.spec.affinity)[0].match_fields->front().key, "a");
  EXPECT_NE(apply_to(spec, move("/0/matchExpressions/1", "/0/matchFields/-")), "");
  EXPECT_NE(apply_to(spec, move("/1/matchExpressions/0", "/0/matchFields/-")), "");
  EXPECT_NE(apply_to(spec, move("/0/matchExpressions/0", "")), "");
}

TEST_F(Apply, RefusesTextThatIsNoPatch) {
  EXPECT_NE(apply_to("", "{}"), "");
  EXPECT_NE(apply_to("", "[1]"), "");
  EXPECT_NE(apply_to("", "["), "");
  EXPECT_EQ(apply_to("", "[]"), "");
}

}  // namespace
}  // namespace everynode::admission
