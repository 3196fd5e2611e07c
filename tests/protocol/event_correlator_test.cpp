#include "everynode/protocol/event_correlator.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace everynode::protocol {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr EventTime noon{std::chrono::sys_days(std::chrono::year{2026} / 1 / 2) + std::chrono::hours{12}};
const std::string combined = "(combined from similar events): ";

Event event(std::string message, EventTime time = noon, std::string object = "agent") {
  return {.about = {.api_version = "apps/v1",
                    .kind = "DaemonSet",
                    .namespace_ = "kube-system",
                    .name = std::move(object),
                    .uid = "u",
                    .resource_version = "7"},
          .type = "Warning",
          .reason = "FailedCreate",
          .message = std::move(message),
          .time = time};
}

TEST(EventCorrelator, WritesANewEventAsTheInTreeControllerDoes) {  // requirement 6.7
  EventCorrelator correlator;
  const auto record = correlator.correlate(event("why", EventTime(0x1234abcd5678ns)));
  ASSERT_TRUE(record);
  const kube::Request request = write_event(*record, "daemonset-controller");
  EXPECT_EQ(request.verb, kube::Verb::create);
  const json body = json::parse(request.body);
  EXPECT_EQ(body["metadata"]["name"], "agent.1234abcd5678");
  EXPECT_EQ(body["metadata"]["namespace"], "kube-system");
  EXPECT_EQ(body["involvedObject"], json::parse(R"({"kind":"DaemonSet","namespace":"kube-system","name":"agent",
    "uid":"u","apiVersion":"apps/v1","resourceVersion":"7"})"));
  EXPECT_EQ(body["source"], json::parse(R"({"component":"daemonset-controller"})"));
  EXPECT_EQ(body["reportingComponent"], "daemonset-controller");
  EXPECT_EQ(body["reportingInstance"], "");
  EXPECT_EQ(body["type"], "Warning");
  EXPECT_EQ(body["reason"], "FailedCreate");
  EXPECT_EQ(body["message"], "why");
  EXPECT_EQ(body["count"], 1);
  EXPECT_EQ(body["firstTimestamp"], body["lastTimestamp"]);
}

TEST(EventCorrelator, CountsWhatRepeats) {  // requirement 6.8
  EventCorrelator correlator;
  const auto first = correlator.correlate(event("why"));
  const auto second = correlator.correlate(event("why", noon + 60s));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->name, first->name);
  const kube::Request request = write_event(*second, "c");
  EXPECT_EQ(request.verb, kube::Verb::patch);
  EXPECT_EQ(request.content_type, "application/merge-patch+json");
  EXPECT_NE(request.target.find("/namespaces/kube-system/events/" + first->name), std::string::npos);
  EXPECT_EQ(json::parse(request.body),
            json::parse(R"({"count":2,"lastTimestamp":"2026-01-02T12:01:00Z","message":"why"})"));
  const json again = json::parse(create_event(*second, "c").body);
  EXPECT_EQ(again["count"], 2) << "if it was deleted";
  EXPECT_EQ(again["firstTimestamp"], "2026-01-02T12:00:00Z");
}

TEST(EventCorrelator, TheTenthSimilarEventBecomesOneWithAllLaterOnes) {  // requirement 6.8
  EventCorrelator correlator({.burst = 1000});
  std::string name;
  for (int i = 1; i <= 30; ++i) {
    const auto record = correlator.correlate(event("pod " + std::to_string(i)));
    ASSERT_TRUE(record);
    EXPECT_EQ(record->event.message, (i < 10 ? "" : combined) + "pod " + std::to_string(i));
    EXPECT_EQ(record->count, i < 10 ? 1u : static_cast<unsigned>(i - 9));
    if (i == 10) name = record->name;
    if (i >= 10) EXPECT_EQ(record->name, name);
  }
}

TEST(EventCorrelator, EventsFarApartAreNotSimilar) {
  EventCorrelator correlator({.burst = 1000});
  for (int i = 1; i <= 30; ++i) {
    const auto record = correlator.correlate(event("pod " + std::to_string(i), noon + i * 601s));
    EXPECT_EQ(record->event.message, "pod " + std::to_string(i));
  }
}

TEST(EventCorrelator, OtherReasonsTypesAndObjectsAreNotSimilar) {
  EventCorrelator correlator({.burst = 1000});
  for (int i = 1; i <= 9; ++i) ASSERT_TRUE(correlator.correlate(event(std::to_string(i))));
  Event other_type = event("x");
  other_type.type = "Normal";
  Event other_reason = event("x");
  other_reason.reason = "FailedDelete";
  for (const Event& other : {event("x", noon, "other"), other_type, other_reason}) {
    EXPECT_EQ(correlator.correlate(other)->event.message, "x");
  }
  EXPECT_EQ(correlator.correlate(event("x"))->event.message, combined + "x");
}

TEST(EventCorrelator, HoldsFloodsBack) {  // requirement 6.8
  EventCorrelator correlator;
  int written = 0;
  for (int i = 0; i < 100; ++i) written += correlator.correlate(event("why")) ? 1 : 0;
  EXPECT_EQ(written, 25);
  EXPECT_TRUE(correlator.correlate(event("why", noon, "other"))) << "each object has its own";
  EXPECT_FALSE(correlator.correlate(event("why", noon + 299s)));
  const auto later = correlator.correlate(event("why", noon + 300s));
  ASSERT_TRUE(later);
  EXPECT_EQ(later->count, 102u) << "what was held back is counted";
  EXPECT_FALSE(correlator.correlate(event("why", noon + 300s)));
}

TEST(EventCorrelator, AFloodOfAnotherReasonDoesNotHoldBackWhatEverynodeAloneTells) {  // requirement 6.8
  EventCorrelator correlator;
  const auto normal = [](std::string reason, std::string message) {
    Event one = event(std::move(message));
    one.type = "Normal";
    one.reason = std::move(reason);
    return one;
  };
  for (int i = 0; i < 30; ++i) (void)correlator.correlate(normal("SuccessfulCreate", std::to_string(i)));
  EXPECT_FALSE(correlator.correlate(normal("SuccessfulDelete", "x"))) << "Kubernetes' own reasons share an allowance";
  EXPECT_TRUE(correlator.correlate(normal("RolledBack", "x")));
  int written = 0;
  for (int i = 0; i < 100; ++i) written += correlator.correlate(normal("Suspended", "x")) ? 1 : 0;
  EXPECT_EQ(written, 25);
}

TEST(EventCorrelator, ForgetsWhatIsOld) {
  EventCorrelator correlator({.remembered = 2});
  for (const char* object : {"a", "b", "c"}) ASSERT_TRUE(correlator.correlate(event("why", noon, object)));
  EXPECT_EQ(correlator.correlate(event("why", noon, "c"))->count, 2u);
  EXPECT_EQ(correlator.correlate(event("why", noon, "a"))->count, 1u);
}

TEST(EventCorrelator, EventsOfObjectsWithoutANamespaceGoToDefault) {
  Event about_node = event("why");
  about_node.about.namespace_ = "";
  const kube::Request request = create_event({.event = about_node, .name = "n.1", .first_time = noon}, "c");
  EXPECT_NE(request.target.find("/namespaces/default/events"), std::string::npos) << request.target;
  EXPECT_EQ(json::parse(request.body)["metadata"]["namespace"], "default");
}

TEST(EventCorrelator, JudgesAttempts) {
  const auto verdict = [](kube::Verb verb, unsigned status) {
    return judge_event_write(verb, kube::Reply{.status = status, .body = "", .retry_after = {}});
  };
  EXPECT_EQ(verdict(kube::Verb::create, 201), EventVerdict::written);
  EXPECT_EQ(verdict(kube::Verb::create, 409), EventVerdict::written);
  EXPECT_EQ(verdict(kube::Verb::create, 404), EventVerdict::given_up);
  EXPECT_EQ(verdict(kube::Verb::create, 403), EventVerdict::given_up);
  EXPECT_EQ(verdict(kube::Verb::create, 429), EventVerdict::try_again);
  EXPECT_EQ(verdict(kube::Verb::patch, 404), EventVerdict::create_instead);
  EXPECT_EQ(verdict(kube::Verb::patch, 503), EventVerdict::try_again);
  EXPECT_EQ(judge_event_write(kube::Verb::patch, std::unexpected(kube::NoReply{.why = "", .sent = true})),
            EventVerdict::try_again);
}

}  // namespace
}  // namespace everynode::protocol
