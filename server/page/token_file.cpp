#include "token_file.hpp"

#include <stdexcept>
#include <system_error>
#include <utility>

#include "everynode/dashboard/access.hpp"

namespace everynode::page {

TokenFile::TokenFile(std::filesystem::path path) : path_(std::move(path)), watched_({path_}) {
  auto token = read();
  if (!token) throw std::runtime_error(token.error());
  token_ = std::move(*token);
}

std::expected<bool, std::string> TokenFile::read_again() {
  if (!watched_.changed() && !failed_) return false;
  std::error_code gone;
  // A pipe has been read to its end, and to open a new one would wait for whoever writes.
  if (std::filesystem::is_fifo(path_, gone)) return false;
  auto token = read();
  failed_ = !token;
  if (!token) return std::unexpected(std::move(token.error()));
  const bool another = *token != token_;
  token_ = std::move(*token);
  return another;
}

std::expected<std::string, std::string> TokenFile::read() const {
  const auto text = files::read_file(path_);
  if (!text) return std::unexpected(text.error());
  auto token = dashboard::token_in(*text);
  if (!token) return std::unexpected(path_.string() + ": " + token.error());
  return token;
}

}  // namespace everynode::page
