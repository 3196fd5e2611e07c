/// From kubeconfigs to a Config, by kubectl's rules.
#pragma once

#include <expected>
#include <string>

#include "everynode/kubeconfig/config.hpp"
#include "everynode/kubeconfig/file.hpp"

namespace everynode::kubeconfig {

/// What the command line sets instead of the files; empty: nothing.
struct Overrides {
  std::string context;  ///< instead of current-context
  std::string cluster;  ///< instead of the context's
  std::string user;     ///< instead of the context's
};

/// Whether neither a context nor a cluster is chosen. kubectl then uses a pod's service account.
[[nodiscard]] bool is_empty(const File& file, const Overrides& overrides);

/// Picks context, cluster and user. Opens no file. Without TLS there are no credentials, as with kubectl: anybody on
/// the network could read them. The error names file, entry and field, and says what to do.
[[nodiscard]] std::expected<Config, std::string> resolve(const File& file, const Overrides& overrides);

/// The configuration for `[SCHEME://]HOST[:PORT][/PATH]`, which knows nothing else. Without a scheme it is http, and a
/// path is an error.
[[nodiscard]] std::expected<Config, std::string> read_server(const std::string& server);

/// Whether a text can be a header's value: it has no control characters.
[[nodiscard]] bool fits_into_header(std::string_view text);

/// Whether a text can be a bearer token: it has no white space and no control characters.
[[nodiscard]] bool is_token(std::string_view text);

}  // namespace everynode::kubeconfig
