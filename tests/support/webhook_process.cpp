#include "webhook_process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace everynode::support {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

fs::path fresh_name(const std::string& what) {
  static int count = 0;
  return fs::temp_directory_path() /
         ("everynode-" + what + "-" + std::to_string(getpid()) + "-" + std::to_string(count++));
}

void run(const std::string& command) {
  if (std::system((command + " >/dev/null 2>&1").c_str()) != 0) throw std::runtime_error("failed: " + command);
}

template <class Condition>
bool within(std::chrono::seconds patience, Condition holds) {
  const auto deadline = Clock::now() + patience;
  while (!holds()) {
    if (Clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
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

WebhookProcess::WebhookProcess(const fs::path& binary, const Certificates& certificates, std::vector<std::string> flags)
    : log_(fresh_name("log")) {
  std::vector<std::string> words{binary.string(),    "webhook",
                                 "--listen",         "127.0.0.1:0",
                                 "--metrics-listen", "127.0.0.1:0",
                                 "--log-format",     "json",
                                 "--tls-cert-file",  certificates.directory() / "tls.crt",
                                 "--tls-key-file",   certificates.directory() / "tls.key"};
  words.insert(words.end(), flags.begin(), flags.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const int file = open(log_.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_APPEND, 0600);
  pid_ = fork();
  if (pid_ == 0) {
    dup2(file, STDERR_FILENO);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(file);
  if (!within(std::chrono::seconds(20), [&] { return log().contains("\"msg\":\"ready\""); })) {
    throw std::runtime_error("the webhook is not ready: " + log());
  }
}

WebhookProcess::~WebhookProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    wait();
  }
  fs::remove(log_);
}

void WebhookProcess::signal(int number) const {
  kill(pid_, number);
}

int WebhookProcess::wait() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool WebhookProcess::logs(const std::string& text, std::size_t from) const {
  return within(std::chrono::seconds(10), [&] { return log(from).contains(text); });
}

std::string WebhookProcess::log(std::size_t from) const {
  std::ifstream in(log_);
  in.seekg(static_cast<std::streamoff>(from));
  return {std::istreambuf_iterator<char>(in), {}};
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
