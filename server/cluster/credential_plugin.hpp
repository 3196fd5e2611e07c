/// Runs a credential plugin and reads what it prints. Private to `cluster`.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <expected>
#include <string>

#include "everynode/cluster/client.hpp"
#include "everynode/cluster/config.hpp"
#include "everynode/kubeconfig/exec_credential.hpp"

namespace everynode::cluster {

/// Runs `config.exec`. Ends a plugin that takes too long or prints more than 1 MiB. The error is one line: the
/// kubeconfig's entry, the plugin, what happened to it, and the end of its output.
[[nodiscard]] Awaitable<std::expected<kubeconfig::ExecCredential, std::string>> run_credential_plugin(
    boost::asio::any_io_executor executor, Config config, PluginOptions plugin);

}  // namespace everynode::cluster
