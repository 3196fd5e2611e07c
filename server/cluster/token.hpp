/// The current bearer token: kubelet renews its file. Private to `cluster`.
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "everynode/cluster/config.hpp"
#include "everynode/files/files.hpp"

namespace everynode::cluster {

/// The text without the white space around it.
[[nodiscard]] std::string trimmed(std::string_view text);

/// Reads a file that holds a token and nothing else. The error names the file.
[[nodiscard]] std::expected<std::string, std::string> read_token(const std::filesystem::path& file);

class Token {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Token(const Config& config);

  /// The current token; empty: there is none. Checks the file once a second, and reads it again when it has changed and
  /// once a minute. While the file cannot be read, keeps the old token.
  const std::string& at(Time now);

  /// The server does not accept the token: it is read again before the next use.
  void doubt() {
    stale_ = true;
    checked_ = Time::min();
  }

 private:
  std::filesystem::path file_;
  files::WatchedFiles watched_;
  std::string token_;
  bool stale_ = true;  ///< the file may hold another token
  Time checked_ = Time::min();
  Time read_ = Time::min();
};

}  // namespace everynode::cluster
