#include "webhook_process.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace everynode::support {
namespace {

namespace fs = std::filesystem;

void run(const std::string& command) {
  if (std::system((command + " >/dev/null 2>&1").c_str()) != 0) throw std::runtime_error("failed: " + command);
}

std::vector<std::string> words_of(const fs::path& binary, const Certificates& certificates,
                                  const std::vector<std::string>& flags, std::vector<std::string> words) {
  words.insert(words.end(), {binary.string(), "webhook", "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0",
                             "--log-format", "json", "--tls-cert-file", certificates.directory() / "tls.crt",
                             "--tls-key-file", certificates.directory() / "tls.key"});
  words.insert(words.end(), flags.begin(), flags.end());
  return words;
}

}  // namespace

Certificates::Certificates(fs::path make_certs) : make_certs_(std::move(make_certs)), directory_(fresh_name("certs")) {
  run(make_certs_.string() + " " + directory_.string());
}

Certificates::~Certificates() {
  fs::remove_all(directory_);
}

void Certificates::renew() const {
  run(make_certs_.string() + " --force " + directory_.string());
}

WebhookProcess::WebhookProcess(const fs::path& binary, const Certificates& certificates, std::vector<std::string> flags,
                               std::vector<std::string> runner)
    : Process(words_of(binary, certificates, flags, std::move(runner))) {
  if (!logs("\"msg\":\"ready\"")) throw std::runtime_error("the webhook is not ready: " + log());
}

std::uint16_t WebhookProcess::port_of(const std::string& before) const {
  const std::string text = log();
  const auto at = text.find(before);
  if (at == std::string::npos) throw std::runtime_error("no port in the log: " + text);
  return static_cast<std::uint16_t>(std::stoi(text.substr(at + before.size())));
}

std::string exchange(std::uint16_t port, const std::string& bytes) {
  const int peer = socket(AF_INET, SOCK_STREAM, 0);
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (connect(peer, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    (void)send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    std::array<char, 4096> buffer{};
    for (ssize_t n = recv(peer, buffer.data(), buffer.size(), 0); n > 0;
         n = recv(peer, buffer.data(), buffer.size(), 0)) {
      answer.append(buffer.data(), static_cast<std::size_t>(n));
    }
  }
  close(peer);
  return answer;
}

}  // namespace everynode::support
