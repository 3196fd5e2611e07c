/// Fetches the keys of service account tokens from the API server, again and again: they are rotated. Private to
/// `webhook`.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "everynode/cluster/config.hpp"

namespace everynode::webhook {

/// What the API server says of its tokens.
struct OfferedKeys {
  std::string issuer;  ///< empty if it was not asked for
  std::string jwks;
};
/// The error is one line.
using FetchedKeys = std::expected<OfferedKeys, std::string>;

/// When keys are fetched. Whoever can reach us can make us look for an unknown key, so there is a pause then too.
struct FetchTimes {
  std::chrono::seconds after_success{300};
  std::chrono::seconds after_failure{5};
  std::chrono::seconds after_unknown_key{10};
};

/// Whether it is time. `since`: since the last fetch began.
[[nodiscard]] bool fetch_due(std::chrono::nanoseconds since, bool last_failed, bool unknown_key,
                             const FetchTimes& times = {});

/// Use it on one event loop.
class KeyFetcher {
 public:
  /// `wants_issuer`: ask for the issuer as well (OpenID Connect Discovery). `done` is called on the event loop.
  KeyFetcher(const boost::asio::any_io_executor& executor, cluster::Config config, bool wants_issuer,
             std::function<void(const FetchedKeys&)> done);
  ~KeyFetcher();
  KeyFetcher(const KeyFetcher&) = delete;
  KeyFetcher& operator=(const KeyFetcher&) = delete;

  /// Begins to fetch if that is due. Returns whether it did.
  bool keep_up(bool unknown_key);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace everynode::webhook
