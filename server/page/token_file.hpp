/// The token that a file holds, which may change while we run. Private to `page`.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "everynode/files/files.hpp"

namespace everynode::page {

class TokenFile {
 public:
  /// Throws std::runtime_error if there is no token in the file.
  explicit TokenFile(std::filesystem::path path);

  [[nodiscard]] const std::string& token() const { return token_; }
  /// Reads the file again if it has changed, or could not be read the last time. True if the token is another one now.
  /// The error is why there is none in it; then the one before it stays.
  [[nodiscard]] std::expected<bool, std::string> read_again();

 private:
  [[nodiscard]] std::expected<std::string, std::string> read() const;

  std::filesystem::path path_;
  files::WatchedFiles watched_;
  std::string token_;
  bool failed_ = false;
};

}  // namespace everynode::page
