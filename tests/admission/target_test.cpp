#include "everynode/admission/target.hpp"

#include <gtest/gtest.h>

#include "decided.hpp"

namespace everynode::admission {
namespace {

using support::daemon_pod;
using support::decide_pod;
using support::with_terms;

const std::string field_n2 =
    with_terms(R"([{"matchFields":[{"key":"metadata.name","operator":"In","values":["n2"]}]}])");
const std::string expression_n4 =
    with_terms(R"([{"matchExpressions":[{"key":"metadata.name","operator":"In","values":["n4"]}]}])");
const std::string annotation_n3 = R"("annotations":{"everynode.dev/node":"n3"})";

std::string target(const std::string& spec, const std::string& metadata = "") {
  const auto decided = decide_pod(daemon_pod(spec, metadata));
  const auto found = target_of(decided.request.pod);
  return found ? std::string(found->node) + " by " + std::string(name_of(found->source)) : "none";
}

TEST(Target, IsTheFirstSourceThatNamesOneNode) {
  EXPECT_EQ(target(R"("nodeName":"n1",)" + field_n2, annotation_n3), "n1 by spec.nodeName");
  EXPECT_EQ(target(field_n2, annotation_n3), "n2 by matchFields");
  EXPECT_EQ(target(expression_n4, annotation_n3), "n3 by annotation everynode.dev/node");
  EXPECT_EQ(target(expression_n4), "n4 by matchExpressions");
  EXPECT_EQ(target(R"("nodeName":"")"), "none");
  // The API server would refuse it; and it could be megabytes long, once for each term.
  EXPECT_EQ(target(R"("nodeName":"No Node")"), "none");
}

TEST(Target, IsNotNamedByARequirementThatAdmitsMoreOrLess) {
  for (const auto* requirement :
       {R"({"key":"metadata.name","operator":"In","values":["a","b"]})", R"({"key":"metadata.name","operator":"In"})",
        R"({"key":"metadata.name","operator":"In","values":[""]})",
        R"({"key":"metadata.name","operator":"NotIn","values":["a"]})",
        R"({"key":"metadata.namespace","operator":"In","values":["a"]})"}) {
    EXPECT_EQ(target(with_terms(R"([{"matchFields":[)" + std::string(requirement) + "]}]")), "none") << requirement;
  }
}

TEST(Target, IsFoundInALaterTerm) {
  EXPECT_EQ(
      target(with_terms(
          R"([{},{"matchExpressions":[]},{"matchFields":[{"key":"metadata.name","operator":"In","values":["n5"]}]}])")),
      "n5 by matchFields");
}

TEST(Target, IsNotWhatCannotBeANodesName) {
  EXPECT_EQ(target("", R"("annotations":{"everynode.dev/node":"Not A Node"})"), "none");
  EXPECT_EQ(target(expression_n4, R"("annotations":{"everynode.dev/node":"-n"})"), "n4 by matchExpressions");
  EXPECT_EQ(
      target(with_terms(R"([{"matchExpressions":[{"key":"metadata.name","operator":"In","values":["A_label"]}]}])")),
      "none");
}

}  // namespace
}  // namespace everynode::admission
