/// Which DaemonSet a verb is about, in kubectl's words: TYPE/NAME or TYPE NAME.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace everynode::cli {

/// The DaemonSet's name. TYPE is ds, daemonset or daemonsets, alone or with .apps or .v1.apps, in upper or lower case;
/// NAME is what a DaemonSet can be called (an RFC 1123 subdomain). The error is one line: what is wrong, what to do.
[[nodiscard]] std::expected<std::string, std::string> read_target(const std::vector<std::string>& words);

/// Of all namespaces: TYPE alone, since no name is the same everywhere.
[[nodiscard]] std::expected<void, std::string> check_type(const std::vector<std::string>& words);

}  // namespace everynode::cli
