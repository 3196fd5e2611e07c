// Overlays in the webhook's process: what it does while the API server is slow, away or restored from a backup, and
// about nodes that it does not know yet.
#include "fake_cluster.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <fstream>

#include "attack.hpp"

namespace everynode::support {
namespace {

Json node(const std::string& name, const std::string& zone) {
  return {{"metadata", {{"name", name}, {"labels", {{"zone", zone}}}}},
          {"status", {{"allocatable", {{"cpu", "8"}, {"memory", "16Gi"}, {"pods", "110"}}}}}};
}

Json zone_overlay() {
  return {{"metadata", {{"name", "zone"}, {"namespace", "kube-system"}}},
          {"spec",
           {{"daemonSets", Json::object()},
            {"containers", {{{"name", "agent"}, {"env", {{{"name", "ZONE"}, {"nodeLabel", "zone"}}}}}}}}}};
}

std::string pod_for(const std::string& node, std::size_t bytes = 0) {
  return review_of(
      daemon_pod(R"("containers":[{"name":"agent","image":"i:1"}])",
                 R"("annotations":{"everynode.dev/node":")" + node + R"(","x":")" + std::string(bytes, 'x') + "\"}"));
}

/// What became of a pod.
struct Answered {
  std::string zone;  ///< its variable ZONE; empty: it has none
  bool pinned = false;
  std::string warnings;
};

class Overlays : public ::testing::Test {
 protected:
  Overlays() {
    cluster_.change([](FakeObjects& objects) {
      objects.write("nodes", node("n1", "a"));
      objects.write("daemonsetoverlays", zone_overlay());
    });
  }

  void begin() {
    std::ofstream(certificates_.directory() / "kubeconfig")
        << R"({"apiVersion":"v1","kind":"Config","current-context":"c","contexts":[{"name":"c","context":{"cluster":"c"}}],)"
           R"("clusters":[{"name":"c","cluster":{"server":"http://127.0.0.1:)"
        << cluster_.server().port() << R"("}}]})";
    webhook_.emplace(binary, certificates_,
                     std::vector<std::string>{"--threads", "1", "--drain-delay", "1", "--overlays", "--kubeconfig",
                                              certificates_.directory() / "kubeconfig"});
  }

  [[nodiscard]] std::string page(const std::string& path) const {
    return exchange(webhook_->metrics_port(), "GET " + path + " HTTP/1.1\r\nConnection: close\r\n\r\n");
  }
  [[nodiscard]] bool counted(const std::string& metric) const { return page("/metrics").contains(metric + "\n"); }

  template <class Condition>
  [[nodiscard]] static bool eventually(Condition condition, std::chrono::milliseconds patience = 15s) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(20ms);
    }
    return true;
  }
  [[nodiscard]] bool becomes_ready() const {
    return eventually([this] { return page("/readyz").contains("200 OK"); });
  }

  void send(TlsPeer& peer, const std::string& node, const std::string& timeout = "4s", std::size_t bytes = 0) const {
    Json review = Json::parse(pod_for(node, bytes));
    if (dry_run_) review["request"]["dryRun"] = true;
    const std::string body = review.dump();
    peer.send("POST /mutate?timeout=" + timeout +
              " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  [[nodiscard]] static Answered receive(TlsPeer& peer) {
    const std::string text = peer.receive_until("}}");
    const Json response = Json::parse(text.substr(text.find("\r\n\r\n")))["response"];
    Answered answered;
    if (response.contains("warnings")) answered.warnings = response["warnings"].dump();
    const std::string patch = response.contains("patch") ? decoded(response["patch"]) : "[]";
    for (const Json& operation : Json::parse(patch)) {
      const std::string path = operation["path"];
      if (path.starts_with("/spec/affinity")) answered.pinned = true;
      if (path == "/spec/containers/0/env") answered.zone = operation["value"][0]["value"];
    }
    return answered;
  }
  [[nodiscard]] Answered ask(const std::string& node) const {
    TlsPeer peer(webhook_->port());
    send(peer, node);
    return receive(peer);
  }

  /// How often the API server was asked for this node alone.
  [[nodiscard]] std::size_t questions(const std::string& node) const {
    return static_cast<std::size_t>(std::ranges::count_if(cluster_.server().requests(), [&](const ApiRequest& request) {
      return request.is("GET", "/api/v1/nodes/" + node);
    }));
  }
  /// Its watch of nodes tells nothing, and questions for one of them have this fault.
  void blind(Fault fault) {
    cluster_.set_watch_faults(
        [](const ApiRequest& request) { return WatchFault{.silent = request.is("GET", "/api/v1/nodes")}; });
    cluster_.set_faults(
        [fault](const ApiRequest& request) { return request.target.starts_with("/api/v1/nodes/") ? fault : Fault{}; });
  }
  void add_node(const std::string& name) {
    cluster_.change([&](FakeObjects& objects) { objects.write("nodes", node(name, "b")); });
  }

  bool dry_run_ = false;
  FakeCluster cluster_;
  Certificates certificates_{make_certs};
  std::optional<WebhookProcess> webhook_;

 private:
  static std::string decoded(const std::string& base64) {
    std::string out(base64.size(), '\0');
    const int size =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(base64.data()), static_cast<int>(base64.size()));
    out.resize(static_cast<std::size_t>(size));
    while (out.ends_with('\0')) out.pop_back();
    return out;
  }
};

TEST_F(Overlays, AreWaitedForBeforeTheProcessIsReady) {
  cluster_.set_faults([](const ApiRequest& request) {
    return Fault{.kind = request.is("GET", "/api/v1/nodes") ? Fault::Kind::refuse : Fault::Kind::none};
  });
  begin();
  EXPECT_TRUE(page("/readyz").contains("503"));
  EXPECT_TRUE(page("/readyz").contains("[-]overlays")) << page("/readyz");
  EXPECT_TRUE(ask("n1").warnings.contains("left the overlays out of this pod: they are not known yet"));
  EXPECT_TRUE(counted(R"(everynode_webhook_overlays_total{result="not_known"} 1)"));
  cluster_.set_faults([](const ApiRequest&) { return Fault{}; });
  EXPECT_TRUE(becomes_ready()) << page("/readyz");
  EXPECT_EQ(ask("n1").zone, "a");
}

TEST_F(Overlays, ForANodeThatIsNotKnownYetAskForItOnce) {
  blind({.delay = 200ms});
  begin();
  ASSERT_TRUE(becomes_ready());
  add_node("n2");
  std::vector<TlsPeer> peers;
  for (int i = 0; i < 5; ++i) peers.emplace_back(webhook_->port());
  for (TlsPeer& peer : peers) send(peer, "n2");
  for (TlsPeer& peer : peers) {
    const Answered answered = receive(peer);
    EXPECT_EQ(answered.zone, "b");
    EXPECT_TRUE(answered.pinned);
    EXPECT_EQ(answered.warnings, "");
  }
  EXPECT_EQ(ask("n2").zone, "b") << "as at a reinvocation";
  EXPECT_EQ(questions("n2"), 1U);
  EXPECT_EQ(questions("n1"), 0U);
  EXPECT_TRUE(counted(R"(everynode_webhook_node_lookups_total{result="found"} 6)"));
}

TEST_F(Overlays, AskForTheNodeOfALargePodToo) {
  blind({.delay = 200ms});
  begin();
  ASSERT_TRUE(becomes_ready());
  add_node("n2");
  TlsPeer peer(webhook_->port());
  send(peer, "n2", "4s", 100'000);
  EXPECT_EQ(receive(peer).zone, "b");
}

TEST_F(Overlays, ForANodeThatDoesNotComeInTimeAreLeftOutAndDelayNobodyElse) {
  blind({.kind = Fault::Kind::hang});
  begin();
  ASSERT_TRUE(becomes_ready());
  add_node("n2");
  TlsPeer waiting(webhook_->port());
  TlsPeer other(webhook_->port());
  const auto began = std::chrono::steady_clock::now();
  send(waiting, "n2", "4s");  // half of it is for the node
  send(other, "n1");
  EXPECT_EQ(receive(other).zone, "a");
  EXPECT_LT(std::chrono::steady_clock::now() - began, 1900ms) << "there is one thread";
  const Answered answered = receive(waiting);
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_GE(took, 1900ms);
  EXPECT_LT(took, 4s) << "the API server waits no longer";
  EXPECT_TRUE(answered.pinned);
  EXPECT_EQ(answered.zone, "");
  EXPECT_TRUE(answered.warnings.contains("overlay zone is not in this pod")) << answered.warnings;
  EXPECT_TRUE(counted(R"(everynode_webhook_node_lookups_total{result="late"} 1)"));
  EXPECT_TRUE(counted(R"(everynode_webhook_overlays_total{result="left_out"} 1)"));
}

/// Nodes are listed anew for the label, which may take long or fail.
TEST_F(Overlays, ThatAskForAnotherLabelStayInForceAsTheyWereUntilNodesAreListed) {
  begin();
  ASSERT_TRUE(becomes_ready());
  EXPECT_EQ(ask("n1").zone, "a");
  std::atomic<std::size_t> lists = 0;
  cluster_.set_faults([&](const ApiRequest& request) {
    const bool lists_nodes = request.is("GET", "/api/v1/nodes");
    if (lists_nodes) ++lists;
    const bool of_nodes = lists_nodes || request.target.starts_with("/api/v1/nodes/");
    return Fault{.kind = of_nodes ? Fault::Kind::refuse : Fault::Kind::none};
  });
  cluster_.change([](FakeObjects& objects) {
    Json changed = zone_overlay();
    changed["spec"]["containers"][0]["env"][0]["nodeLabel"] = "rack";
    objects.write("daemonsetoverlays", changed);
  });
  ASSERT_TRUE(eventually([&] { return lists > 0; }));
  EXPECT_EQ(ask("n1").zone, "a") << "as it was";
  EXPECT_TRUE(page("/readyz").contains("200 OK"));
  add_node("n2");
  EXPECT_TRUE(eventually([&] { return ask("n2").zone == "b"; })) << "nodes are watched as before";
  Json moved = node("n1", "a");
  moved["metadata"]["labels"]["rack"] = "r7";
  cluster_.change([&](FakeObjects& objects) { objects.write("nodes", moved); });
  cluster_.set_faults([](const ApiRequest&) { return Fault{}; });
  EXPECT_TRUE(eventually([&] { return ask("n1").zone == "r7"; }));
  cluster_.change([&](FakeObjects& objects) {
    moved["metadata"]["labels"]["rack"] = "r8";
    objects.write("nodes", moved);
  });
  EXPECT_TRUE(eventually([&] { return ask("n1").zone == "r8"; }));
}

/// Another webhook may add the container after this call, and the API server calls again. Of a dry run no pod comes.
TEST_F(Overlays, ForAContainerThatIsMissingAreCountedApart) {
  cluster_.change([](FakeObjects& objects) {
    Json sidecar = zone_overlay();
    sidecar["metadata"]["name"] = "sidecar";
    sidecar["spec"]["containers"][0]["name"] = "istio-proxy";
    objects.write("daemonsetoverlays", sidecar);
  });
  begin();
  ASSERT_TRUE(becomes_ready());
  EXPECT_TRUE(ask("n1").warnings.contains("overlay sidecar is not in this pod"));
  EXPECT_TRUE(counted(R"(everynode_webhook_overlays_total{result="no_container"} 1)"));
  EXPECT_TRUE(counted(R"(everynode_webhook_overlays_total{result="left_out"} 0)"));
  dry_run_ = true;
  EXPECT_EQ(ask("n1").zone, "a");
  EXPECT_TRUE(counted(R"(everynode_webhook_overlays_total{result="no_container"} 1)"));
  EXPECT_TRUE(counted(R"(everynode_webhook_overlays_total{result="applied"} 1)"));
}

TEST_F(Overlays, ForANodeThatIsNoneAreLeftOut) {
  begin();
  ASSERT_TRUE(becomes_ready());
  EXPECT_TRUE(ask("nowhere").pinned);
  EXPECT_TRUE(counted(R"(everynode_webhook_node_lookups_total{result="absent"} 1)"));
}

TEST_F(Overlays, ThatNeedNoNodeWaitForNone) {
  cluster_.change([](FakeObjects& objects) {
    Json overlay = zone_overlay();
    overlay["spec"]["containers"] = {{{"name", "agent"}, {"env", {{{"name", "ZONE"}, {"value", "everywhere"}}}}}};
    objects.write("daemonsetoverlays", overlay);
  });
  begin();
  ASSERT_TRUE(becomes_ready());
  EXPECT_EQ(ask("nowhere").zone, "everywhere");
  EXPECT_EQ(questions("nowhere"), 0U);
}

TEST_F(Overlays, AreStillFittedWhileTheProcessDrains) {
  begin();
  ASSERT_TRUE(becomes_ready());
  TlsPeer peer(webhook_->port());
  webhook_->signal(SIGTERM);
  ASSERT_TRUE(webhook_->logs("\"msg\":\"draining\""));
  cluster_.change([](FakeObjects& objects) { objects.write("nodes", node("n1", "c")); });
  std::this_thread::sleep_for(300ms);
  send(peer, "n1");
  EXPECT_EQ(receive(peer).zone, "c");
  EXPECT_EQ(webhook_->wait(), 0);
}

TEST_F(Overlays, ThatSomebodyWaitsForDoNotOutliveTheProcess) {
  blind({.kind = Fault::Kind::hang});
  begin();
  ASSERT_TRUE(becomes_ready());
  TlsPeer waiting(webhook_->port());
  send(waiting, "n2", "30s");
  ASSERT_TRUE(eventually([this] { return questions("n2") == 1; }));
  webhook_->signal(SIGTERM);
  ASSERT_TRUE(webhook_->logs("\"msg\":\"draining\""));
  webhook_->signal(SIGTERM);
  EXPECT_EQ(webhook_->wait(), 1) << webhook_->log();
}

TEST_F(Overlays, SayWhenTheirWatchIsLostAndGoOnWithWhatIsKnown) {
  begin();
  ASSERT_TRUE(becomes_ready());
  const std::string current = R"(everynode_webhook_overlay_watch_current{resource="nodes"} )";
  EXPECT_TRUE(eventually([&] { return counted(current + "1"); }));
  cluster_.set_watch_faults(
      [](const ApiRequest& request) { return WatchFault{.gone = request.is("GET", "/api/v1/nodes")}; });
  cluster_.set_faults([](const ApiRequest& request) {
    return Fault{.kind = request.is("GET", "/api/v1/nodes") ? Fault::Kind::refuse : Fault::Kind::none};
  });
  const FakeObjects now = cluster_.ask([](const FakeObjects& objects) { return objects.backup(); });
  cluster_.change([&](FakeObjects& objects) { objects.restore(now); });  // all watches break
  EXPECT_TRUE(eventually([&] { return counted(current + "0"); })) << page("/metrics");
  EXPECT_TRUE(counted(R"(everynode_webhook_overlay_watch_current{resource="daemonsetoverlays"} 1)"));
  EXPECT_EQ(ask("n1").zone, "a");
  EXPECT_TRUE(page("/readyz").contains("200 OK"));
  cluster_.set_watch_faults([](const ApiRequest&) { return WatchFault{}; });
  cluster_.set_faults([](const ApiRequest&) { return Fault{}; });
  EXPECT_TRUE(eventually([&] { return counted(current + "1"); }));
}

TEST_F(Overlays, NoticeARestoredBackup) {
  begin();
  ASSERT_TRUE(becomes_ready());
  const FakeObjects backup = cluster_.ask([](const FakeObjects& objects) { return objects.backup(); });
  for (const std::string zone : {"b", "c", "d"})
    cluster_.change([&](FakeObjects& objects) { objects.write("nodes", node("n1", zone)); });
  EXPECT_TRUE(eventually([&] { return ask("n1").zone == "d"; }));
  cluster_.change([&](FakeObjects& objects) { objects.restore(backup); });
  EXPECT_TRUE(eventually([&] { return ask("n1").zone == "a"; }, 10s)) << webhook_->log();
  EXPECT_TRUE(webhook_->log().contains("the cluster's state went back")) << webhook_->log();
  EXPECT_TRUE(counted("everynode_webhook_cluster_went_back_total 1"));
  cluster_.change([&](FakeObjects& objects) {
    objects.write("nodes", node("n1", "e"));
    Json overlay = zone_overlay();
    overlay["metadata"]["name"] = "second";
    objects.write("daemonsetoverlays", overlay);
  });
  EXPECT_TRUE(eventually([&] { return ask("n1").zone == "e" && counted("everynode_webhook_known_overlays 2"); }))
      << webhook_->log();
}

}  // namespace
}  // namespace everynode::support
