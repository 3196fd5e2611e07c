#include "token.hpp"

#include "everynode/kubeconfig/resolve.hpp"

namespace everynode::cluster {
namespace {

constexpr std::chrono::seconds between_looks{1};
constexpr std::chrono::minutes between_reads{1};
constexpr std::string_view white_space = " \t\r\n";

}  // namespace

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(white_space) - first + 1));
}

std::expected<std::string, std::string> read_token(const std::filesystem::path& file) {
  const auto text = files::read_file(file);
  if (!text) return std::unexpected(text.error());
  std::string token = trimmed(*text);
  if (token.empty()) return std::unexpected(file.string() + ": it is empty");
  if (!kubeconfig::is_token(token)) return std::unexpected(file.string() + ": it has characters that no token has");
  return token;
}

Token::Token(const Config& config) : file_(config.token_file), watched_({config.token_file}), token_(config.token) {}

const std::string& Token::at(Time now) {
  if (file_.empty() || now < checked_ + between_looks) return token_;
  checked_ = now;
  stale_ = watched_.changed() || stale_ || now >= read_ + between_reads;
  if (!stale_) return token_;
  if (auto fresh = read_token(file_)) {
    token_ = std::move(*fresh);
    read_ = now;
    stale_ = false;
  }
  return token_;
}

}  // namespace everynode::cluster
