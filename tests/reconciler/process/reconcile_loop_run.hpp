/// A controller on an event loop and a thread of its own, for as long as this object lives. Its destructor is a crash:
/// requests under way are broken off.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "everynode/cluster/elector.hpp"
#include "fake_cluster.hpp"
#include "reconciler/reconcile_loop.hpp"

namespace everynode::reconciler {

struct RunOptions {
  std::uint64_t seed = 1;
  std::size_t connections = 16;
  std::chrono::seconds request_timeout{30};
  std::chrono::seconds silence_timeout{90};
  bool streams = false;
  std::optional<protocol::LeaseSettings> lease = std::nullopt;  ///< nullopt: it leads from the beginning
  std::function<void(const kube::Request&, unsigned status)> answered = [](const kube::Request&, unsigned) {};
};

class ReconcileLoopRun {
 public:
  explicit ReconcileLoopRun(const support::FakeCluster& cluster, RunOptions options = {});
  ~ReconcileLoopRun();
  ReconcileLoopRun(const ReconcileLoopRun&) = delete;
  ReconcileLoopRun& operator=(const ReconcileLoopRun&) = delete;

  /// Does nothing more from now on. May be called on any thread.
  void die() { loop_.stop(); }

  /// Calls `question` on the event loop and returns its answer.
  template <class Question>
  auto ask(Question question) {
    std::packaged_task<std::invoke_result_t<Question, ReconcileLoop&>()> task(
        [this, question] { return question(reconcile_loop_); });
    auto answer = task.get_future();
    boost::asio::post(loop_, std::move(task));
    return answer.get();
  }

  /// Ends as the process does: stops, and gives the lease back when nothing is under way.
  void stop();

  [[nodiscard]] bool leading() const { return leading_; }
  [[nodiscard]] std::size_t undecodable() const { return undecodable_; }
  [[nodiscard]] std::size_t syncs() const { return syncs_; }
  /// How often it noticed that the cluster's state went back.
  [[nodiscard]] unsigned restores() const { return restores_; }
  /// What was not done, and why.
  [[nodiscard]] std::vector<std::string> problems() const;

 private:
  cluster::ClientObserver client_observer();
  ReconcileLoopObserver reconcile_loop_observer();
  cluster::ElectorObserver elector_observer();
  void lead();

  RunOptions options_;
  std::atomic<bool> leading_ = false;
  std::atomic<std::size_t> undecodable_ = 0;
  std::atomic<std::size_t> syncs_ = 0;
  std::atomic<unsigned> restores_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> problems_;

  boost::asio::io_context loop_{1};
  /// Keeps the loop running, so that `ask` works after the last work has ended too.
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> open_ = make_work_guard(loop_);
  cluster::Client client_;
  cluster::Client election_client_;
  ReconcileLoop reconcile_loop_;
  std::optional<cluster::Elector> elector_;
  std::thread thread_;
};

}  // namespace everynode::reconciler
