#include "common_options.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "everynode/objects/rollout_policy.hpp"

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

void add_duration(CLI::App& verb, const std::string& flag, const std::string& help, std::chrono::milliseconds& target) {
  const auto read = [&target](const std::string& text) {
    std::uint32_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool number = error == std::errc() && end == text.data() + text.size();
    const auto duration = number ? std::optional<std::chrono::milliseconds>(std::chrono::seconds(seconds))
                                 : objects::parse_duration(text);
    if (!duration) throw CLI::ValidationError("'" + text + "' is no duration such as 90s, 10m, 1h30m or 600");
    target = *duration;
  };
  verb.add_option_function<std::string>(flag, read, help)
      ->type_name("DURATION")
      ->default_str(std::to_string(std::chrono::floor<std::chrono::seconds>(target).count()));
}

CLI::Option* add_texts(CLI::App& verb, const std::string& flag, const std::string& help,
                       std::vector<std::string>& target) {
  const auto split = [flag, &target](const std::string& list) {
    target = CLI::detail::split(list, ',');
    if (std::ranges::any_of(target, &std::string::empty))
      throw CLI::ValidationError(flag, "one of '" + list + "' is empty");
  };
  return verb.add_option_function<std::string>(flag, split, help)->type_name("TEXT,...");
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
