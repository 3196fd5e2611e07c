/// `everynode probe`: sends one GET, for `helm test` and for people, in an image without any other client.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

namespace everynode::cli {

struct ProbeSettings {
  std::string url;
  std::filesystem::path ca;  ///< the CA to trust; empty: the system's CAs
  std::chrono::seconds timeout{5};
};

struct ProbeTarget {
  bool tls = true;
  std::string host;  ///< IPv6 without brackets
  std::uint16_t port = 0;
  std::string path;
};

/// Splits http[s]://HOST[:PORT][/PATH]. The error says what is wrong with it.
[[nodiscard]] std::expected<ProbeTarget, std::string> parse_probe_url(std::string_view url);

/// Writes the body of the answer. Exit code 0: the status is 2xx; 1: it is not, or there is no answer; 2: the URL or
/// the CA cannot be used.
int run_probe(const ProbeSettings& settings);

}  // namespace everynode::cli
