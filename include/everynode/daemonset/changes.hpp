/// What became of an object on its way through the API server.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "everynode/codec/mistake.hpp"

namespace everynode::daemonset {

/// What is different in `answered`, as RFC 6902 would say it, one line for each: "add /spec/tolerations/- {...}". The
/// identity that the server gives, the record of who wrote what and the status are no differences. Errors: a text that
/// is no JSON object.
[[nodiscard]] std::expected<std::vector<std::string>, codec::Mistake> changes_of(const std::string& asked,
                                                                                 const std::string& answered);

}  // namespace everynode::daemonset
