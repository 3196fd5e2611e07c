#include "everynode/serving/routes.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "decided.hpp"
#include "webhook/mutate.hpp"

namespace everynode::webhook {
namespace {

using nlohmann::json;

/// The webhook without its sockets: a request in, a response out.
class Routes : public ::testing::Test {
 protected:
  http::Response ask(const std::string& method, const std::string& target, const std::string& body = "",
                     const std::string& content_type = "application/json") {
    return std::get<http::Response>(
        router_({.method = method, .target = target, .content_type = content_type, .body = body}));
  }

  SharedPolicy policy_{std::make_shared<const admission::Policy>()};
  Metrics metrics_{"test"};
  int decisions_ = 0;
  DecisionSink sink_ = [this](const admission::Request&, const admission::Decision&, std::chrono::nanoseconds) {
    ++decisions_;
  };
  Mutate mutate_{policy_, nullptr, metrics_, sink_};
  serving::Router router_{{{"GET", "/healthz", [](const http::Request&) { return serving::healthz(true); }},
                           {"POST", "/mutate", [this](const http::Request& request) { return mutate_(request); }}},
                          [this](std::string_view path, http::Status status, std::chrono::nanoseconds handling) {
                            metrics_.request(path, status, handling);
                          }};
};

TEST_F(Routes, AnswersAReview) {  // requirements A1, A4 and A5
  const auto response =
      ask("POST", "/mutate?timeout=2s", support::review_of(support::daemon_pod(R"("nodeName":"n1")")));
  EXPECT_EQ(response.status, http::Status::ok);
  const json answer = json::parse(response.body)["response"];
  EXPECT_EQ(answer["uid"], "r1");
  EXPECT_EQ(answer["patchType"], "JSONPatch");
  EXPECT_EQ(decisions_, 1);
}

TEST_F(Routes, RefusesBadInputWithAStatusThatSaysWhy) {
  const auto refused = [&](const std::string& body, const std::string& content_type = "application/json") {
    const auto response = ask("POST", "/mutate", body, content_type);
    const json status = json::parse(response.body);
    EXPECT_EQ(status["kind"], "Status");
    EXPECT_EQ(status["code"], static_cast<int>(response.status));
    return std::to_string(static_cast<int>(response.status)) + " " + status["message"].get<std::string>();
  };
  EXPECT_EQ(refused(""), "400 the body is empty; expected an AdmissionReview");
  EXPECT_EQ(refused("{}", "text/plain"), "415 expected Content-Type application/json, got \"text/plain\"");
  EXPECT_EQ(refused("nonsense").substr(0, 34), "400 the body is no AdmissionReview");
  EXPECT_EQ(refused("{\"kind\":\"AdmissionReview\"").substr(0, 3), "400");
  EXPECT_EQ(decisions_, 0);
}

TEST_F(Routes, KnowsItsPathsAndMethods) {
  EXPECT_EQ(ask("GET", "/healthz").status, http::Status::ok);
  EXPECT_EQ(ask("GET", "/").status, http::Status::not_found);
  EXPECT_EQ(ask("GET", "/mutate/x").status, http::Status::not_found);
  const auto response = ask("GET", "/mutate");
  EXPECT_EQ(response.status, http::Status::method_not_allowed);
  ASSERT_EQ(response.headers.size(), 1U);
  EXPECT_EQ(response.headers[0].name + ": " + response.headers[0].value, "Allow: POST");
}

TEST_F(Routes, CountsWhatItAnswers) {
  (void)ask("GET", "/healthz");
  (void)ask("GET", "/random/1");
  (void)ask("GET", "/random/2");
  (void)ask("POST", "/mutate", support::review_of(support::daemon_pod(R"("nodeName":"n1")")));
  const std::string text = metrics_.text();
  for (const auto* line : {R"(everynode_webhook_requests_total{code="200",path="/healthz"} 1)",
                           R"(everynode_webhook_requests_total{code="404",path="other"} 2)",
                           R"(everynode_webhook_requests_total{code="200",path="/mutate"} 1)",
                           R"(everynode_webhook_mutations_total{reason="target_found",result="patched"} 1)",
                           R"(everynode_webhook_mutations_total{reason="patch_refused",result="failed"} 0)",
                           "everynode_webhook_patch_operations_total 2", "process_resident_memory_bytes ",
                           "everynode_build_info{version=\"test\"} 1"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  }
}

TEST_F(Routes, FollowsTheSharedPolicy) {
  const std::string review = support::review_of(support::daemon_pod(R"("nodeName":"n1")"));
  auto never = std::make_shared<admission::Policy>();
  never->network_unavailable = admission::NetworkUnavailable::never;
  policy_ = never;
  EXPECT_EQ(json::parse(ask("POST", "/mutate", review).body)["response"]["auditAnnotations"]["tolerations"],
            "node.kubernetes.io/unschedulable");
}

}  // namespace
}  // namespace everynode::webhook
