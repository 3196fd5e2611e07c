/// The bearer token, fresh: kubelet renews the file that it is in. Private to `cluster`.
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "everynode/cluster/config.hpp"
#include "everynode/files/files.hpp"

namespace everynode::cluster {

/// Without the white space around it.
[[nodiscard]] std::string trimmed(std::string_view text);

/// Reads a file that holds a token and nothing else. The error names the file.
[[nodiscard]] std::expected<std::string, std::string> read_token(const std::filesystem::path& file);

class Token {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Token(const Config& config);

  /// The token as it is now; empty: there is none. A file is looked at once a second, and read again when it has
  /// changed and once a minute. While it cannot be read, the token that it had goes on.
  const std::string& at(Time now);

  /// The server does not accept it: it is read again before it is used again.
  void doubt() {
    stale_ = true;
    checked_ = Time::min();
  }

 private:
  std::filesystem::path file_;
  files::WatchedFiles watched_;
  std::string token_;
  bool stale_ = true;  ///< the file may hold another one
  Time checked_ = Time::min();
  Time read_ = Time::min();
};

}  // namespace everynode::cluster
