/// From what kubeconfigs say to how the API server is reached, by kubectl's rules.
#pragma once

#include <expected>
#include <string>

#include "everynode/kubeconfig/config.hpp"
#include "everynode/kubeconfig/file.hpp"

namespace everynode::kubeconfig {

/// What the command line says in place of the files; empty: nothing.
struct Overrides {
  std::string context;  ///< in place of current-context
  std::string cluster;  ///< in place of the context's
  std::string user;     ///< in place of the context's
};

/// Whether nothing is chosen: neither a context nor a cluster. kubectl looks for a pod's service account then.
[[nodiscard]] bool is_empty(const File& file, const Overrides& overrides);

/// Picks context, cluster and user. No file is opened. Without TLS there are no credentials, as with kubectl: whoever
/// listens on the way would have them. The error names file, entry and field, and says what to do.
[[nodiscard]] std::expected<Config, std::string> resolve(const File& file, const Overrides& overrides);

/// Reads `[SCHEME://]HOST[:PORT][/PATH]` into `config`; without a scheme it is http, and there may be no path.
/// Returns what is wrong with it; empty: nothing.
[[nodiscard]] std::string read_server(const std::string& server, Config& config);

/// Whether a text can stand in a header: no control characters.
[[nodiscard]] bool fits_into_header(std::string_view text);

/// Whether a text can be a bearer token: no white space, no control characters.
[[nodiscard]] bool is_token(std::string_view text);

}  // namespace everynode::kubeconfig
