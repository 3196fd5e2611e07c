/// Who we are and whom we trust, as it is now: files are read again when they change, and credential plugins are run
/// when what they gave has expired. Private to `cluster`.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "everynode/cluster/client.hpp"
#include "everynode/cluster/config.hpp"
#include "everynode/files/files.hpp"
#include "everynode/http/message.hpp"
#include "everynode/kubeconfig/exec_credential.hpp"
#include "everynode/net/client.hpp"
#include "token.hpp"

namespace everynode::cluster {

/// What one request shows.
struct Pass {
  std::vector<http::Header> headers;
  std::shared_ptr<const net::Origin> origin;  ///< another one whenever certificates change
  std::uint64_t issue = 0;                    ///< the same as long as nothing has changed
};

/// Several clients may share one. Not thread-safe: all of it runs on one event loop.
class Identity : public std::enable_shared_from_this<Identity> {
 public:
  /// Throws std::invalid_argument if the certificates in `config` cannot be used.
  Identity(boost::asio::any_io_executor executor, Config config, PluginOptions plugin);

  /// What is good now. Whoever comes while a plugin runs waits for its end. The error says why there are no
  /// credentials.
  static Awaitable<std::expected<Pass, std::string>> pass(std::shared_ptr<Identity> self);

  /// The server does not accept what `issue` has shown: it is found out anew before it is used again.
  void doubt(std::uint64_t issue);

  /// Why files that have changed are not in force; empty: they are.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  using Steady = std::chrono::steady_clock::time_point;

  void check_files(Steady now);
  void read_files_again();
  void read_token(Steady now);
  [[nodiscard]] bool wants_plugin() const;
  Awaitable<void> run_plugin();
  [[nodiscard]] std::string take(kubeconfig::ExecCredential credential);
  [[nodiscard]] Pass current() const;

  boost::asio::any_io_executor executor_;
  Config config_;
  PluginOptions plugin_;
  std::shared_ptr<const net::Origin> origin_;
  std::uint64_t issue_ = 1;

  files::WatchedFiles pems_;
  bool pems_stale_ = true;  ///< the files may hold something else than what is in force
  Steady pems_checked_ = Steady::min();
  std::string problem_;

  Token token_file_;
  std::string token_;

  std::optional<kubeconfig::ExecCredential> credential_;  ///< of the plugin
  bool plugin_runs_ = false;
  std::string plugin_problem_;
  boost::asio::steady_timer plugin_ended_;
};

}  // namespace everynode::cluster
