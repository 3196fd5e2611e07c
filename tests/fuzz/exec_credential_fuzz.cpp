// The output of a credential plugin, and kubectl's preferences about plugins: accepted input can be used, and refused
// input gives an error of one line.
#include <cstddef>
#include <cstdint>
#include <string>

#include "everynode/kubeconfig/exec_credential.hpp"
#include "everynode/kubeconfig/plugin_policy.hpp"
#include "everynode/kubeconfig/resolve.hpp"
#include "require.hpp"

using namespace everynode;
using fuzz::require;

namespace {}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto credential = kubeconfig::read_exec_credential(text, "client.authentication.k8s.io/v1");
  require(credential || !credential.error().what.empty());
  if (credential) {
    require(!credential->token.empty() || !credential->certificate.empty());
    require(credential->certificate.empty() == credential->key.empty());
    require(kubeconfig::is_token(credential->token));
  }
  const auto policy = kubeconfig::read_preference(text);
  require(policy || !policy.error().what.empty());
  const bool listed = policy && *policy && (*policy)->kind == kubeconfig::PluginPolicy::Kind::allowlist;
  if (listed) require(!(*policy)->commands.empty());
  return 0;
}
