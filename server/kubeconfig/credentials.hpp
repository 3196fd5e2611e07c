/// The user's side of a configuration. Private to `kubeconfig`.
#pragma once

#include "everynode/kubeconfig/resolve.hpp"

namespace everynode::kubeconfig {

/// A field with a file's name, and its other self with the content, into `out`. Returns what is wrong; empty: nothing.
[[nodiscard]] std::string take_pem(const std::string& field, const std::string& file, const std::string& data,
                                   Pem& out);

/// Puts who we are into `config`. Returns what is wrong, beginning with the field; empty: nothing.
[[nodiscard]] std::string take_user(const User& user, Config& config);

}  // namespace everynode::kubeconfig
