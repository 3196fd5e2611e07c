/// Who may ask for mutations: the CAs and keys that the webhook recognises clients by, kept up to date. Private to
/// `webhook`.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "everynode/authentication/authenticate.hpp"
#include "everynode/files/files.hpp"
#include "everynode/net/client_authorities.hpp"
#include "everynode/net/published.hpp"
#include "everynode/net/server.hpp"
#include "everynode/webhook/settings.hpp"
#include "key_fetcher.hpp"
#include "metrics.hpp"

namespace everynode::webhook {

/// Use it on the control loop; workers use only the gates that it makes, and it must outlive them.
class Callers {
 public:
  /// Throws std::runtime_error that says what is wrong with a file, or with the way to the API server.
  Callers(const boost::asio::any_io_executor& control, const WebhookSettings& settings, Metrics& metrics);
  Callers(const Callers&) = delete;
  Callers& operator=(const Callers&) = delete;

  /// Whether anybody is asked who he is.
  [[nodiscard]] bool asks() const { return policy_.asks(); }
  /// Null if certificates are not asked for.
  [[nodiscard]] const net::ClientAuthorities* authorities() const {
    return policy_.certificates ? &authorities_ : nullptr;
  }
  /// Guards /mutate; probes and metrics are for everybody.
  [[nodiscard]] net::Gate make_gate();

  /// Looks whether files have changed, and whether keys are to be fetched. Call it once a second.
  void keep_up();

  /// There are keys that verify tokens, or why not; nullopt: there are no tokens.
  [[nodiscard]] std::optional<std::expected<void, std::string>> keys() const;

 private:
  using InForce = std::expected<void, std::string>;

  /// A file that is tried again each second while it cannot be used. Each problem is logged once.
  struct WatchedFile {
    std::string_view what;  ///< as metrics call it
    std::string_view flag;  ///< that names it
    std::filesystem::path path;
    std::function<InForce(const std::string& text)> put_in_force;
    files::WatchedFiles changes{{path}};
    InForce loaded = {};
  };

  [[nodiscard]] static InForce load(const WatchedFile& file);
  void begin(WatchedFile file);
  void keep_up(WatchedFile& file);
  [[nodiscard]] InForce use_authorities(const std::string& pem);
  [[nodiscard]] InForce use_keys(const std::string& jwks, const std::string& issuer);
  void fetched(const FetchedKeys& keys);
  static void tell(std::string_view what, const InForce& now, const InForce& before);

  CallerSettings settings_;
  Metrics& metrics_;
  authentication::Policy policy_;
  net::ClientAuthorities authorities_;
  std::vector<WatchedFile> files_;
  std::string keys_text_;  ///< in force, so that the same keys are not exchanged for themselves
  InForce keys_ = std::unexpected("they have not been fetched yet");
  std::unique_ptr<KeyFetcher> fetcher_;

  // Shared with the workers.
  net::Published<authentication::TokenTrust> trust_;
  std::atomic<bool> unknown_key_ = false;  ///< somebody has shown a token of a key that we do not have
};

}  // namespace everynode::webhook
