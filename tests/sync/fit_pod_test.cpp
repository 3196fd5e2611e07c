#include "sync/fit_pod.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "conversation.hpp"
#include "everynode/daemonset/manage.hpp"

namespace everynode::sync {
namespace {

using nlohmann::json;

overlay::DaemonSetOverlay overlay(const std::string& name, const std::string& container) {
  codec::Document document;
  auto one = overlay::read_overlay(R"({"metadata":{"namespace":"default","name":")" + name +
                                       R"("},"spec":{"daemonSets":{},"containers":[)" + container + "]}}",
                                   document);
  if (!one) throw std::runtime_error(one.error().text());
  return std::move(*one);
}

/// With these overlays of namespace "default", and node n1 of four cores.
std::shared_ptr<const overlay::Known> known(std::vector<overlay::DaemonSetOverlay> overlays) {
  overlay::Node node;
  node.name = "n1";
  node.allocatable = {{"cpu", *overlay::parse_quantity("4")}};
  overlay::Known known{.catalog = overlay::Catalog(std::move(overlays)), .nodes = {}};
  known.nodes.put(std::move(node));
  return std::make_shared<const overlay::Known>(std::move(known));
}

/// With one overlay, named "size".
std::shared_ptr<const overlay::Known> known(const std::string& container) {
  return known({overlay("size", container)});
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

/// As the webhook does, and the audit expects it.
TEST(FitPod, KeepsTheStampOfTheTemplateBesideItsOwn) {
  const FittedPod fitted = fit_pod(
      R"({"metadata":{"annotations":{"everynode.dev/overlays":"gone@1"}},"spec":{"containers":[{"name":"c"}]}})",
      "default", "n1", *known(tenth));
  EXPECT_EQ(json::parse(fitted.body)["metadata"]["annotations"]["everynode.dev/overlays"], fitted.stamp + ",gone@1");
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
  CreateFittedPod() { create(known(tenth)); }

  void create(std::shared_ptr<const overlay::Known> known) {
    daemonset::Plan plan;
    plan.hash = "h";
    const auto batch =
        std::make_shared<Batch>(daemon_set_, plan, std::span<const objects::DaemonPod* const>{}, std::move(known));
    begin(sync::begin(daemonset::CreatePod{.node = "n1", .name_hash = 7}, batch, state().doubts()));
  }

  [[nodiscard]] json body() const { return json::parse(std::get<kube::Request>(machine_->next()).body); }
  [[nodiscard]] json annotations() const { return body()["metadata"].value("annotations", json::object()); }
  [[nodiscard]] json resources() const { return body()["spec"]["containers"][0].value("resources", json::object()); }

  /// The pod of the node as the API server makes it, with this limit of its container.
  static objects::DaemonPod tried(const std::string& limit) {
    objects::DaemonPod pod = support::pod(daemonset::pod_name("agent", 7, 0), "n1");
    objects::Admitted admitted;
    admitted.containers.push_back({.name = "c", .limits = {{"cpu", limit}}, .requests = {}});
    pod.admitted = std::move(admitted);
    return pod;
  }
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
  EXPECT_EQ(asks(), "POST /api/v1/namespaces/default/pods?dryRun=All");
  EXPECT_EQ(annotations(), json::object()) << "what would it be without overlays?";
  answer(tried("1"));
  EXPECT_EQ(asks(), "POST /api/v1/namespaces/default/pods");
  EXPECT_EQ(annotations(), (json{{"everynode.dev/overlays-refused", stamp}}));
  EXPECT_EQ(resources(), json::object());
  EXPECT_EQ(body()["metadata"]["name"], name);
  answer(support::pod(name, "n1"));
  EXPECT_TRUE(ended(Next::go_on));
  EXPECT_EQ(told_, (std::vector<std::string>{"OverlaysRefused", "SuccessfulCreate"}));
}

TEST_F(CreateFittedPod, WhatIsRefusedWithoutThemTooIsRefused) {
  answer(forbidden());
  answer(forbidden());  // the dry run
  answer(forbidden());
  EXPECT_TRUE(failed("Forbidden"));
  EXPECT_EQ(told_, (std::vector<std::string>{"OverlaysRefused", "FailedCreate"}));
}

/// As admission does it, which sees the pod with the LimitRange's limit.
TEST_F(CreateFittedPod, WhatDoesNotGoWithADefaultLimitIsLeftOutAndTheRestStays) {
  create(known({overlay("a-much", R"({"name":"c","resources":{"requests":{"cpu":{"base":"2"}}}})"),
                overlay("fine", R"({"name":"c","resources":{"requests":{"cpu":{"base":"320m"}}}})")}));
  EXPECT_EQ(resources(), json::parse(R"({"requests":{"cpu":"2"}})"));
  answer(refused(Failure::conflict, 422, "Invalid"));
  answer(tried("500m"));
  EXPECT_EQ(asks(), "POST /api/v1/namespaces/default/pods");
  EXPECT_EQ(resources(), json::parse(R"({"requests":{"cpu":"320m"}})"));
  EXPECT_TRUE(annotations()["everynode.dev/overlays"].get<std::string>().starts_with("fine@"));
  EXPECT_FALSE(annotations().contains("everynode.dev/overlays-refused"));
  answer(support::pod(daemonset::pod_name("agent", 7, 0), "n1"));
  EXPECT_TRUE(ended(Next::go_on));
  EXPECT_EQ(told_, (std::vector<std::string>{"OverlaysRefused", "SuccessfulCreate"}));
}

TEST_F(CreateFittedPod, WhatIsRefusedWithTheRestTooIsCreatedWithoutAny) {
  create(known({overlay("a-much", R"({"name":"c","resources":{"requests":{"cpu":{"base":"2"}}}})"),
                overlay("fine", R"({"name":"c","image":"i:2"})")}));
  const std::string stamp = annotations()["everynode.dev/overlays"];
  answer(forbidden());
  answer(tried("500m"));
  answer(forbidden());
  EXPECT_EQ(annotations(), (json{{"everynode.dev/overlays-refused", stamp}}));
  EXPECT_EQ(told_, (std::vector<std::string>{"OverlaysRefused", "OverlaysRefused"}));
}

TEST_F(CreateFittedPod, ANameThatTheDryRunFindsTakenIsNoVerdictOnOverlays) {
  answer(forbidden());
  answer(already_exists());
  EXPECT_EQ(asks(), "GET /api/v1/namespaces/default/pods/" + daemonset::pod_name("agent", 7, 0));
  answer(not_found());
  EXPECT_EQ(body()["metadata"]["name"], daemonset::pod_name("agent", 7, 1));
  EXPECT_TRUE(annotations().contains("everynode.dev/overlays"));
  EXPECT_TRUE(told_.empty());
}

TEST_F(CreateFittedPod, AnAnswerToTheDryRunThatIsLostLeavesNoDoubt) {
  answer(forbidden());
  answer(no_answer());
  EXPECT_TRUE(failed("no answer"));
  EXPECT_EQ(result().error().failure, Failure::not_sent);
  EXPECT_TRUE(state().doubts().creations.empty());
  EXPECT_EQ(told_, (std::vector<std::string>{"FailedCreate"}));
}

TEST_F(CreateFittedPod, ALostAnswerIsNoRefusal) {
  answer(no_answer());
  EXPECT_TRUE(failed("no answer"));
}

}  // namespace
}  // namespace everynode::sync
