/// The user's part of a configuration. Private to `kubeconfig`.
#pragma once

#include "everynode/kubeconfig/resolve.hpp"

namespace everynode::kubeconfig {

/// Reads a field that names a file, or its twin with the content, into `out`. Returns what is wrong; empty: nothing.
[[nodiscard]] std::string take_pem(const std::string& field, const std::string& file, const std::string& data,
                                   Pem& out);

/// Copies the user's credentials into `config`. Returns what is wrong, beginning with the field; empty: nothing.
[[nodiscard]] std::string take_user(const User& user, Config& config);

}  // namespace everynode::kubeconfig
