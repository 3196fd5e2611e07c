#include "everynode/admission/review.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "decided.hpp"
#include "error_of.hpp"

namespace everynode::admission {
namespace {

using support::decide_review;

std::string refused(const std::string& text) {
  return decide_review(text).refused;
}

TEST(Review, RefusesWhatCannotBeAnswered) {
  EXPECT_EQ(refused("[]"), "expected an object");
  EXPECT_EQ(refused("7"), "expected an object");
  EXPECT_EQ(refused("{}"), "expected an AdmissionReview of admission.k8s.io/v1, got kind \"\" of \"\"");
  EXPECT_EQ(refused(R"({"kind":"Pod","apiVersion":"v1"})"),
            "expected an AdmissionReview of admission.k8s.io/v1, got kind \"Pod\" of \"v1\"");
  EXPECT_EQ(refused(R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1","request":{"uid":"a"}})"),
            "expected an AdmissionReview of admission.k8s.io/v1, got kind \"AdmissionReview\" of "
            "\"admission.k8s.io/v1beta1\"");
  EXPECT_EQ(refused(R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"})"),
            "the AdmissionReview has no request");
  EXPECT_EQ(refused(R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":null})"),
            "the AdmissionReview has no request");
  EXPECT_EQ(refused(R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":""}})"),
            "request.uid is missing");
  EXPECT_EQ(refused(R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":5}})"),
            "request.uid: expected a string");
}

TEST(Review, TakesTheRequestsNamespaceForAPodWithoutOne) {  // requirement A2
  const auto decided = decide_review(support::review_of(R"({"metadata":{}})"));
  EXPECT_EQ(decided.request.pod.metadata.namespace_, "kube-system");
}

TEST(Review, ReadsItsMembersInAnyOrder) {
  const auto decided = decide_review(
      R"({"request":{"object":{"spec":{"nodeName":"n1"}},"dryRun":true,"operation":"CREATE","uid":"a"},"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"})");
  EXPECT_EQ(decided.refused, "");
  EXPECT_EQ(decided.request.uid, "a");
  EXPECT_TRUE(decided.request.dry_run);
  EXPECT_EQ(decided.request.pod.spec.node_name, "n1");
}

TEST(Review, AnObjectOfTheWrongShapeDoesNotHideTheRest) {
  const auto decided = decide_review(
      R"({"request":{"object":{"spec":{"tolerations":{"a":[1,{"b":2}]}},"after":1},"uid":"a"},"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"})");
  EXPECT_EQ(decided.refused, "");
  EXPECT_EQ(decided.request.uid, "a");
  EXPECT_EQ(decided.request.unreadable, "spec.tolerations: expected an array");
}

TEST(Review, IsRefusedWithAUidThatIsNone) {
  const auto with_uid = [](std::size_t size) {
    return R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":")" +
           std::string(size, 'u') + R"("}})";
  };
  codec::Document document;
  EXPECT_TRUE(read_review(with_uid(128), document));
  EXPECT_EQ(support::error_of(read_review(with_uid(129), document)), "request.uid is longer than 128 bytes");
}

}  // namespace
}  // namespace everynode::admission
