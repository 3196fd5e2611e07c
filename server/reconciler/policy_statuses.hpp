/// Writes the statuses of RolloutPolicies, each after what plans found out about its DaemonSets.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <string>
#include <vector>

#include "everynode/cache/store.hpp"
#include "executor.hpp"
#include "write_loop.hpp"

namespace everynode::reconciler {

/// Not thread-safe: lives on the event loop of the executor's client.
class PolicyStatuses {
 public:
  using Failed = std::function<void(const cache::Key&, const std::string& problem)>;

  /// `may_act`: whether anything may be written now.
  PolicyStatuses(const boost::asio::any_io_executor& executor, Executor& actions, const cache::Store& store,
                 daemonset::Mode mode, std::function<bool()> may_act, Failed failed);

  /// Looks at policies and writes what has changed, until `stop`.
  [[nodiscard]] Awaitable<void> run() { return loop_.run(); }
  void stop() { loop_.stop(); }
  [[nodiscard]] bool idle() const { return loop_.idle(); }

  /// The status of this policy may have to change.
  void touch(const cache::Key& policy) { loop_.touch(to_text(policy)); }
  /// What kept it from writing may be over.
  void wake() { loop_.wake(); }

 private:
  [[nodiscard]] Awaitable<sync::Result> write(std::string name);
  [[nodiscard]] std::vector<rollout::Selected> selected_by(const objects::RolloutPolicy& policy) const;

  Executor& actions_;
  const cache::Store& store_;
  daemonset::Mode mode_;
  Failed failed_;
  WriteLoop loop_;
};

}  // namespace everynode::reconciler
