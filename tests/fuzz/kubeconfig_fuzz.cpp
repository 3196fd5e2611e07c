// The kubeconfig: the result is a configuration that fits into requests, or an error of one line.
#include <cstddef>
#include <cstdint>
#include <string>

#include "everynode/files/yaml.hpp"
#include "everynode/kubeconfig/exec_credential.hpp"
#include "everynode/kubeconfig/resolve.hpp"
#include "require.hpp"

using namespace everynode;
using fuzz::require;

namespace {

void check(const kubeconfig::Config& config) {
  require(!config.host.empty() && config.port != 0);
  require((config.host + config.path_prefix).find_first_of("\r\n ?#") == std::string::npos);
  require(config.client_certificate.empty() == config.client_key.empty());
  require(config.tls || (config.token.empty() && config.client_key.empty() && !config.exec));
  require(kubeconfig::is_token(config.token));
  for (const http::Header& header : kubeconfig::headers_of(config.impersonation)) {
    require(kubeconfig::fits_into_header(header.value));
    require(header.name.find_first_of("\r\n: ") == std::string::npos);
  }
  if (config.exec) require(!config.exec->command.empty() && !kubeconfig::exec_info(config, true, "ca").empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto json = files::yaml_to_json(text);
  if (!json) return 0;
  const auto file = kubeconfig::read_file(*json, "/directory/config");
  require(file || !file.error().what.empty());
  if (!file) return 0;
  const auto config = kubeconfig::resolve(kubeconfig::merge({*file, *file}), {});
  require(config || !config.error().empty());
  if (config) check(*config);
  return 0;
}
