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
