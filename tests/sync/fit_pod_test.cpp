#include "sync/fit_pod.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "conversation.hpp"
#include "everynode/daemonset/manage.hpp"

namespace everynode::sync {
namespace {

using nlohmann::json;

/// With one overlay of namespace "default", named "size", and node n1 of four cores.
std::shared_ptr<const overlay::Known> known(const std::string& container) {
  codec::Document document;
  auto one = overlay::read_overlay(R"({"metadata":{"namespace":"default","name":"size"},"spec":{"daemonSets":{},)"
                                   R"("containers":[)" +
                                       container + "]}}",
                                   document);
  if (!one) throw std::runtime_error(one.error().text());
  overlay::Node node;
  node.name = "n1";
  node.allocatable = {{"cpu", *overlay::parse_quantity("4")}};
  overlay::Known known{.catalog = overlay::Catalog({*one}), .nodes = {}};
  known.nodes.put(std::move(node));
  return std::make_shared<const overlay::Known>(std::move(known));
}

std::string pod(const std::string& container) {
  return R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","labels":{"app":"agent"}},"spec":{"containers":[)" +
         container + "]}}";
}

const std::string tenth = R"({"name":"c","resources":{"limits":{"cpu":{"percentOfAllocatable":10}}}})";

TEST(FitPod, PutsIntoThePodWhatAdmissionWould) {
  const FittedPod fitted = fit_pod(pod(R"({"name":"c","image":"i:1"})"), "default", "n1", *known(tenth));
  const json made = json::parse(fitted.body);
  EXPECT_EQ(made["spec"]["containers"][0]["resources"], json::parse(R"({"limits":{"cpu":"400m"}})"));
  EXPECT_EQ(made["spec"]["containers"][0]["image"], "i:1");
  EXPECT_EQ(made["metadata"]["annotations"]["everynode.dev/overlays"], fitted.stamp);
  EXPECT_TRUE(fitted.stamp.starts_with("size@"));
}

/// The API server would make a request of the limit that the overlay raises; before admission it makes one of the
/// template's.
TEST(FitPod, ALimitOfTheTemplateStaysTheRequest) {
  const FittedPod fitted = fit_pod(pod(R"({"name":"c","resources":{"limits":{"cpu":"100m","memory":"1Gi"}}})"),
                                   "default", "n1", *known(tenth));
  EXPECT_EQ(json::parse(fitted.body)["spec"]["containers"][0]["resources"],
            json::parse(R"({"limits":{"cpu":"400m","memory":"1Gi"},"requests":{"cpu":"100m","memory":"1Gi"}})"));
}

TEST(FitPod, LeavesAPodAsItIsWhereNoOverlayIsInIt) {
  const std::string body = pod(R"({"name":"other"})");
  EXPECT_EQ(fit_pod(body, "default", "n1", *known(tenth)).body, body) << "it has no such container";
  EXPECT_EQ(fit_pod(pod(R"({"name":"c"})"), "other", "n1", *known(tenth)).stamp, "") << "of another namespace";
  EXPECT_EQ(fit_pod(pod(R"({"name":"c"})"), "default", "n2", *known(tenth)).stamp, "") << "an unknown node";
  EXPECT_EQ(fit_pod("no JSON", "default", "n1", *known(tenth)).body, "no JSON");
}

class CreateFittedPod : public Conversation {
 protected:
  CreateFittedPod() {
    daemonset::Plan plan;
    plan.hash = "h";
    const auto batch =
        std::make_shared<Batch>(daemon_set_, plan, std::span<const objects::DaemonPod* const>{}, known(tenth));
    begin(sync::begin(daemonset::CreatePod{.node = "n1", .name_hash = 7}, batch, state().doubts()));
  }

  [[nodiscard]] json body() const { return json::parse(std::get<kube::Request>(machine_->next()).body); }
  [[nodiscard]] json annotations() const { return body()["metadata"].value("annotations", json::object()); }
};

TEST_F(CreateFittedPod, SendsThePodWithItsOverlays) {
  EXPECT_TRUE(annotations().contains("everynode.dev/overlays"));
  answer(support::pod(daemonset::pod_name("agent", 7, 0), "n1"));
  EXPECT_TRUE(ended(Next::go_on));
}

/// An overlay never costs a node its pod.
TEST_F(CreateFittedPod, WhatIsRefusedIsCreatedWithoutOverlays) {
  const std::string stamp = annotations()["everynode.dev/overlays"];
  const std::string name = body()["metadata"]["name"];
  answer(refused(Failure::conflict, 422, "Invalid"));
  EXPECT_EQ(annotations(), (json{{"everynode.dev/overlays-refused", stamp}}));
  EXPECT_FALSE(body()["spec"]["containers"][0].contains("resources"));
  EXPECT_EQ(body()["metadata"]["name"], name);
  answer(support::pod(name, "n1"));
  EXPECT_TRUE(ended(Next::go_on));
  EXPECT_EQ(told_, (std::vector<std::string>{"OverlaysRefused", "SuccessfulCreate"}));
}

TEST_F(CreateFittedPod, WhatIsRefusedWithoutThemTooIsRefused) {
  answer(forbidden());
  answer(forbidden());
  EXPECT_TRUE(failed("Forbidden"));
  EXPECT_EQ(told_, (std::vector<std::string>{"OverlaysRefused", "FailedCreate"}));
}

TEST_F(CreateFittedPod, ALostAnswerIsNoRefusal) {
  answer(no_answer());
  EXPECT_TRUE(failed("no answer"));
}

}  // namespace
}  // namespace everynode::sync
