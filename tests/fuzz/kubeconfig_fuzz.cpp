// The kubeconfig: whatever it is, the answer is a configuration that fits into requests, or one line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "everynode/cluster/config.hpp"

using namespace everynode;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto config = cluster::parse_kubeconfig(text, "/directory", {});
  if (!config) {
    if (config.error().empty()) std::abort();
    return 0;
  }
  if (config->host.empty() || config->port == 0) std::abort();
  if ((config->host + config->path_prefix).find_first_of("\r\n ?#") != std::string::npos) std::abort();
  if (config->client_certificate.empty() != config->client_key.empty()) std::abort();
  return 0;
}
