#include "everynode/webhook/settings.hpp"

#include <stdexcept>

#include "everynode/files/files.hpp"
#include "everynode/webhook/policy_file.hpp"

namespace everynode::webhook {

admission::Policy load_policy(const std::filesystem::path& config,
                              std::optional<admission::NetworkUnavailable> network_unavailable) {
  admission::Policy policy;
  if (!config.empty()) {
    const auto text = files::read_file(config);
    if (!text) throw std::runtime_error(text.error());
    auto read = read_policy(*text);
    if (!read) throw std::runtime_error(config.string() + ": " + read.error().text());
    policy = std::move(*read);
  }
  if (network_unavailable) policy.network_unavailable = *network_unavailable;
  return policy;
}

}  // namespace everynode::webhook
