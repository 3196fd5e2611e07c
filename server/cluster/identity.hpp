/// Our credentials and the CAs that we trust, always current: reads files again when they change, and runs a credential
/// plugin when its credentials have expired. Private to `cluster`.
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

/// The credentials of one request.
struct Pass {
  std::vector<http::Header> headers;
  std::shared_ptr<const net::Origin> origin;  ///< a new object whenever certificates change
  std::uint64_t issue = 0;                    ///< changes with the credentials
};

/// Several clients may share an identity. Not thread-safe: use it on one event loop.
class Identity : public std::enable_shared_from_this<Identity> {
 public:
  /// Throws std::invalid_argument if the certificates in `config` cannot be used.
  Identity(boost::asio::any_io_executor executor, Config config, PluginOptions plugin);

  /// The current credentials. If a plugin is running, waits for its end. The error says why there are no credentials.
  [[nodiscard]] static Awaitable<std::expected<Pass, std::string>> pass(std::shared_ptr<Identity> self);

  /// The server does not accept the credentials of `issue`: they are renewed before the next use.
  void doubt(std::uint64_t issue);

  /// Why changed files are not in force; empty: they are.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  using Steady = std::chrono::steady_clock::time_point;

  void check_files(Steady now);
  void read_files_again();
  void read_token(Steady now);
  [[nodiscard]] bool wants_plugin() const;
  Awaitable<void> run_plugin();
  /// Puts the credential into force.
  [[nodiscard]] std::expected<void, std::string> take(
      std::expected<kubeconfig::ExecCredential, std::string> credential);
  [[nodiscard]] Pass current() const;

  boost::asio::any_io_executor executor_;
  Config config_;
  PluginOptions plugin_;
  std::shared_ptr<const net::Origin> origin_;
  std::uint64_t issue_ = 1;

  files::WatchedFiles pems_;
  bool pems_stale_ = true;  ///< the files may differ from what is in force
  Steady pems_checked_ = Steady::min();
  std::string problem_;

  Token token_file_;
  std::string token_;

  std::optional<kubeconfig::ExecCredential> credential_;  ///< from the plugin
  bool plugin_runs_ = false;
  std::expected<void, std::string> plugin_result_;
  boost::asio::steady_timer plugin_ended_;
};

}  // namespace everynode::cluster
