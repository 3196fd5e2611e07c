#include "everynode/dashboard/routes.hpp"

#include <gtest/gtest.h>

namespace everynode::dashboard {
namespace {

Route get(std::string target) {
  return route_of({.method = "GET", .target = std::move(target), .content_type = {}, .body = {}});
}

unsigned status(const Route& route) {
  const auto* const response = std::get_if<http::Response>(&route);
  return response == nullptr ? 200 : static_cast<unsigned>(response->status);
}

TEST(Routes, LeadToThePage) {
  EXPECT_EQ(std::get<Asset>(get("/")), Asset::document);
  EXPECT_EQ(std::get<Asset>(get("/?q=agent&node=n1")), Asset::document) << "views are in the query";
  EXPECT_EQ(std::get<Asset>(get("/page.js")), Asset::script);
  EXPECT_EQ(std::get<Asset>(get("/page.css")), Asset::style);
}

TEST(Routes, LeadToWhatThereIsToSee) {
  EXPECT_TRUE(std::holds_alternative<AskSnapshot>(get("/api/snapshot")));
  const auto events = std::get<AskEvents>(get("/api/events?epoch=1f&since=18446744073709551615"));
  EXPECT_EQ(events.epoch, "1f");
  EXPECT_EQ(events.since, 18446744073709551615U);
}

TEST(Routes, LeadToTheReason) {
  const auto cell = std::get<AskWhy>(get("/api/explain?daemonSet=kube-system%2Fagent&node=worker-1"));
  EXPECT_EQ(cell.namespace_, "kube-system");
  EXPECT_EQ(cell.name, "agent");
  EXPECT_EQ(cell.node, "worker-1");
  EXPECT_EQ(std::get<AskWhy>(get("/api/explain?daemonSet=&node=%3Cb%3E")).node, "<b>");
}

TEST(Routes, LeadToTheHistory) {
  const auto history = std::get<AskHistory>(get("/api/history?daemonSet=kube-system%2Fagent"));
  EXPECT_EQ(history.namespace_, "kube-system");
  EXPECT_EQ(history.name, "agent");
}

Route post(std::string body, std::string content_type = "application/json") {
  return route_of(
      {.method = "POST", .target = "/api/rollout", .content_type = std::move(content_type), .body = std::move(body)});
}

/// What is wrong with a body; empty: nothing.
std::string fault(const std::string& body) {
  const auto read = read_steer(body);
  return read ? "" : read.error().text();
}

TEST(Routes, LeadToAChange) {
  const auto promote = std::get<AskSteer>(
      post(R"({"daemonSet":"home/agent","change":"promote","wave":"zones/a","revision":"agent-5f0c"})"));
  EXPECT_EQ(promote.namespace_, "home");
  EXPECT_EQ(promote.name, "agent");
  const sync::Wish wish{.change = sync::RolloutChange::promote, .wave = "zones/a", .revision = "agent-5f0c"};
  EXPECT_EQ(promote.wish, wish);
  const auto undo = std::get<AskSteer>(post(R"({"daemonSet":"home/agent","change":"undo","toRevision":3})"));
  EXPECT_EQ(undo.wish.to_revision, 3);
  EXPECT_EQ(fault(R"({"daemonSet":"home/agent","change":"pause"})"), "");
}

TEST(Routes, AskForAllThatAPersonMustHaveSeen) {
  const auto of = [](const std::string& rest) { return fault(R"({"daemonSet":"home/agent","change":)" + rest + "}"); };
  EXPECT_EQ(of(R"("promote","revision":"r")"), "wave: is missing, which promote takes");
  EXPECT_EQ(of(R"("promote","wave":"w")"), "revision: is missing, which promote takes");
  EXPECT_EQ(of(R"("retry")"), "revision: is missing, which retry takes");
  EXPECT_EQ(of(R"("undo")"), "toRevision: is missing, which undo takes");
  EXPECT_EQ(of(R"("undo","toRevision":0)"), "toRevision: is missing, which undo takes");
  EXPECT_EQ(of(R"("undo","toRevision":-1)"), "toRevision: expected a number from 1 on");
  EXPECT_EQ(of(R"("pause","wave":"w")"), "wave: is nothing that pause takes");
  EXPECT_EQ(of(R"("delete")"), "change: expected pause, resume, promote, retry or undo");
}

TEST(Routes, ReadABodyStrictly) {
  for (const std::string body :
       {"", "{}", "[]", "null", "{", R"({"daemonSet":"agent","change":"pause"})",
        R"({"daemonSet":"home/agent","change":"pause","change":"resume"})",
        R"({"daemonSet":"home/agent","change":"pause","dryRun":true})", R"({"daemonSet":7,"change":"pause"})",
        R"({"daemonSet":"home/agent","change":"pause"} {})", R"({"daemonSet":"home/agent","change":["pause"]})"}) {
    EXPECT_NE(fault(body), "") << body;
    EXPECT_EQ(status(post(body)), 400U) << body;
  }
}

TEST(Routes, TakeAChangeByPostAndAsJsonOnly) {
  const std::string body = R"({"daemonSet":"home/agent","change":"pause"})";
  for (const std::string type : {"", "text/plain", "application/x-www-form-urlencoded"}) {
    EXPECT_EQ(status(post(body, type)), 415U) << "which a form of another page can send: " << type;
  }
  for (const std::string method : {"GET", "PUT", "PATCH", "DELETE"}) {
    const Route route =
        route_of({.method = method, .target = "/api/rollout", .content_type = "application/json", .body = body});
    EXPECT_EQ(status(route), 405U) << method;
  }
}

TEST(Routes, RefuseWhatMakesNoSense) {
  for (const std::string target :
       {"/api/events", "/api/events?epoch=e", "/api/events?epoch=e&since=-1", "/api/events?epoch=e&since=1x",
        "/api/events?epoch=e&since=1&since=2", "/api/events?epoch=e&epoch=f&since=1",
        "/api/events?epoch=e&since=18446744073709551616", "/api/explain",
        "/api/explain?daemonSet=&node=", "/api/explain?daemonSet=agent&node=n", "/api/explain?node=a&node=b",
        "/api/history", "/api/history?daemonSet=", "/api/history?daemonSet=agent",
        "/api/history?daemonSet=a/b&daemonSet=a/b", "*", "", "http://x/"}) {
    EXPECT_EQ(status(get(target)), 400U) << target;
  }
}

TEST(Routes, EndElsewhere) {
  for (const std::string target :
       {"/page.js/", "/api", "/api/", "/index.html", "/../etc/passwd", "/API/snapshot", "//"}) {
    EXPECT_EQ(status(get(target)), 404U) << target;
  }
}

TEST(Routes, ChangeNothing) {
  for (const std::string method : {"POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "get"}) {
    const Route route = route_of({.method = method, .target = "/api/snapshot", .content_type = {}, .body = {}});
    EXPECT_EQ(status(route), 405U) << method;
  }
}

}  // namespace
}  // namespace everynode::dashboard
