/// The user's part of a configuration. Private to `kubeconfig`.
#pragma once

#include "everynode/kubeconfig/resolve.hpp"

namespace everynode::kubeconfig {

/// Reads a field that names a file, or its twin with the content.
[[nodiscard]] std::expected<Pem, std::string> read_pem(const std::string& field, const std::string& file,
                                                       const std::string& data);

/// The configuration with the user's credentials. The error begins with the field.
[[nodiscard]] std::expected<Config, std::string> with_user(const User& user, Config config);

}  // namespace everynode::kubeconfig
