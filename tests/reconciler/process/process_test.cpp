// `everynode reconciler` as a process, from its first request to its last.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "cluster_objects.hpp"
#include "process.hpp"

namespace everynode::reconciler {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using support::ApiRequest;
using support::Fault;
using support::Process;

/// A kubeconfig; the destructor removes it.
class Kubeconfig {
 public:
  explicit Kubeconfig(std::uint16_t port) : file_(support::fresh_name("kubeconfig")) {
    std::ofstream(file_) << R"({"current-context":"c","contexts":[{"name":"c","context":{"cluster":"c","user":"u"}}],)"
                         << R"("clusters":[{"name":"c","cluster":{"server":"http://127.0.0.1:)" << port
                         << R"("}}],"users":[{"name":"u","user":{}}]})";
  }
  ~Kubeconfig() { std::filesystem::remove(file_); }
  Kubeconfig(const Kubeconfig&) = delete;
  Kubeconfig& operator=(const Kubeconfig&) = delete;

  [[nodiscard]] std::string file() const { return file_.string(); }

 private:
  std::filesystem::path file_;
};

std::vector<std::string> words(const Kubeconfig& kubeconfig, const std::string& lease_duration = "15",
                               const std::string& renew_deadline = "12") {
  return {EVERYNODE_BINARY,         "reconciler",   "--kubeconfig",         kubeconfig.file(),
          "--lease-namespace",      "kube-system",  "--lease-duration",     lease_duration,
          "--lease-renew-deadline", renew_deadline, "--lease-retry-period", "1",
          "--log-format",           "json"};
}

std::string holder(const FakeObjects& objects) {
  const Json* const lease = objects.find("leases", "kube-system/everynode-reconciler");
  return lease == nullptr ? "" : (*lease)["spec"].value("holderIdentity", "");
}

class ReconcilerProcess : public ::testing::Test {
 protected:
  ReconcilerProcess() {
    cluster_.change([](FakeObjects& objects) {
      add_nodes(objects, 5);
      add_daemon_set(objects, daemon_set("agent", "i:1"));
    });
  }

  FakeCluster cluster_;
  Kubeconfig kubeconfig_{cluster_.server().port()};
};

TEST_F(ReconcilerProcess, ReconcilesAndGivesTheLeaseBackWhenItIsTold) {
  Process process(words(kubeconfig_));
  ASSERT_TRUE(cluster_.await(is_settled)) << process.log();
  EXPECT_NE(cluster_.ask(holder), "");
  const auto told = steady_clock::now();
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait(), 0);
  EXPECT_LT(steady_clock::now() - told, 4500ms) << "not only when the grace of 5 s is over";
  EXPECT_EQ(cluster_.ask(holder), "");
}

/// A request that hangs may still be carried out: the next leader must not begin before the lease is over.
TEST_F(ReconcilerProcess, EndsAndKeepsTheLeaseWhenRequestsHang) {
  bool hangs = false;
  cluster_.set_faults([&hangs](const ApiRequest& request) {
    if (request.method != "POST" || !request.target.contains("/pods")) return Fault{};
    hangs = true;
    return Fault{.kind = Fault::Kind::hang};
  });
  Process process(words(kubeconfig_));
  ASSERT_TRUE(cluster_.await([&hangs](const FakeObjects&) { return hangs; })) << process.log();
  const auto told = steady_clock::now();
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait(), 0);
  EXPECT_LT(steady_clock::now() - told, 20s);
  EXPECT_NE(cluster_.ask(holder), "");
}

TEST_F(ReconcilerProcess, EndsAtOnceOnASecondSignal) {
  cluster_.set_faults([](const ApiRequest& request) {
    return Fault{.kind = request.method == "POST" ? Fault::Kind::hang : Fault::Kind::none};
  });
  Process process(words(kubeconfig_));
  ASSERT_TRUE(process.logs("reconciling"));
  const auto told = steady_clock::now();
  process.signal(SIGTERM);
  ASSERT_TRUE(process.logs("stopping"));
  process.signal(SIGTERM);
  process.wait();
  EXPECT_LT(steady_clock::now() - told, 4500ms) << "not only when the grace of 5 s is over";
}

TEST_F(ReconcilerProcess, EndsWhenAnotherHasTheLease) {
  Process process(words(kubeconfig_, "4", "3"));  // it ends when the deadline is over
  ASSERT_TRUE(cluster_.await(is_settled)) << process.log();
  cluster_.change([](FakeObjects& objects) {
    Json lease = *objects.find("leases", "kube-system/everynode-reconciler");
    lease["spec"]["holderIdentity"] = "another";
    objects.write("leases", lease);
  });
  EXPECT_EQ(process.wait(), 1);
  EXPECT_TRUE(process.log().contains("the lease was lost")) << process.log();
}

TEST_F(ReconcilerProcess, EndsThoughThereIsNoApiServer) {
  const Kubeconfig nowhere(1);
  Process process(words(nowhere));
  ASSERT_TRUE(process.logs("connection was refused")) << process.log();
  process.signal(SIGTERM);
  const auto told = steady_clock::now();
  EXPECT_EQ(process.wait(), 0);
  EXPECT_LT(steady_clock::now() - told, 20s);
}

}  // namespace
}  // namespace everynode::reconciler
