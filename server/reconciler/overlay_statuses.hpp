/// Writes the statuses of DaemonSetOverlays: what has become of them in the pods of their namespace.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "everynode/cache/store.hpp"
#include "executor.hpp"
#include "write_loop.hpp"

namespace everynode::reconciler {

/// Not thread-safe: lives on the event loop of the executor's client.
class OverlayStatuses {
 public:
  using Failed = std::function<void(const cache::Key&, const std::string& problem)>;

  /// `may_act`: whether anything may be written now.
  OverlayStatuses(const boost::asio::any_io_executor& executor, Executor& actions, const cache::Store& store,
                  std::function<bool()> may_act, Failed failed);

  /// Looks at namespaces and writes what has changed, until `stop`.
  [[nodiscard]] Awaitable<void> run() { return loop_.run(); }
  void stop() { loop_.stop(); }
  [[nodiscard]] bool idle() const { return loop_.idle(); }

  /// Something has changed in the namespace.
  void touch(const std::string& name_space);
  /// The same for all namespaces that have overlays.
  void touch_all();
  /// The overlay cannot be read, which its status will tell.
  void cannot_read(const cache::Key& overlay, std::string uid, std::string problem);
  /// It can be read, or has gone.
  void can_read(const cache::Key& overlay);
  /// What kept it from writing may be over.
  void wake() { loop_.wake(); }

 private:
  using News = std::vector<std::pair<overlay::DaemonSetOverlay, overlay::OverlayStatus>>;
  struct Unreadable {
    std::string uid;
    std::string problem;
    bool told = false;
  };

  [[nodiscard]] Awaitable<sync::Result> write(std::string name_space);
  /// What is to be written now; what cannot be read counts as told from then on.
  [[nodiscard]] News news(const std::string& name_space, objects::Time now);

  Executor& actions_;
  const cache::Store& store_;
  Failed failed_;
  std::map<cache::Key, Unreadable> unreadable_;
  WriteLoop loop_;
};

}  // namespace everynode::reconciler
