#include "common_options.hpp"

#include <stdexcept>

namespace everynode::cli {

using admission::NetworkUnavailable;

void add_endpoint(CLI::App& verb, const std::string& flag, const std::string& help,
                  std::function<void(net::Endpoint)> store) {
  const auto parse = [store = std::move(store)](const std::string& text) {
    try {
      store(net::Endpoint::parse(text));
    } catch (const std::invalid_argument& error) {
      throw CLI::ValidationError(error.what());
    }
  };
  verb.add_option_function<std::string>(flag, parse, help)->type_name("IP:PORT");
}

void add_seconds(CLI::App& verb, const std::string& flag, const std::string& help, std::chrono::seconds& target,
                 unsigned most) {
  verb.add_option_function<unsigned>(
          flag, [&target](unsigned value) { target = std::chrono::seconds(value); }, help)
      ->type_name("SECONDS")
      ->transform(decimal(0, most))
      ->default_str(std::to_string(target.count()));
}

void add_policy(CLI::App& verb, std::filesystem::path& config, std::optional<NetworkUnavailable>& network_unavailable) {
  verb.add_option("--config", config, "policy file (YAML): networkUnavailable, ownerKinds, tolerations")
      ->type_name("FILE");
  const std::map<std::string, NetworkUnavailable> words{{"always", NetworkUnavailable::always},
                                                        {"host-network", NetworkUnavailable::host_network},
                                                        {"never", NetworkUnavailable::never}};
  verb.add_option_function<NetworkUnavailable>(
          "--network-unavailable", [&](NetworkUnavailable value) { network_unavailable = value; },
          "which DaemonSet pods get to tolerate network-unavailable: always (default), host-network, never")
      ->transform(one_of(words))
      ->type_name("WHEN");
}

}  // namespace everynode::cli
