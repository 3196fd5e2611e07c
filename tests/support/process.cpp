#include "process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

namespace everynode::support {
namespace {

namespace fs = std::filesystem;

}  // namespace

fs::path fresh_name(const std::string& what) {
  static int count = 0;
  return fs::temp_directory_path() /
         ("everynode-" + what + "-" + std::to_string(getpid()) + "-" + std::to_string(count++));
}

Process::Process(std::vector<std::string> words) : log_(fresh_name("log")) {
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
}

Process::~Process() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    wait();
  }
  fs::remove(log_);
}

void Process::signal(int number) const {
  kill(pid_, number);
}

int Process::wait() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool Process::alive() const {
  return waitpid(pid_, nullptr, WNOHANG) == 0;
}

std::size_t Process::peak_mib() const {
  return status_kib("VmHWM:") / 1024;
}

std::size_t Process::resident_kib() const {
  return status_kib("VmRSS:");
}

std::size_t Process::status_kib(const std::string& name) const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  for (std::string word; status >> word;) {
    std::size_t kib = 0;
    if (word == name && status >> kib) return kib;
  }
  return 0;
}

bool Process::logs(const std::string& text, std::size_t from) const {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!log(from).contains(text)) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

std::string Process::log(std::size_t from) const {
  std::ifstream in(log_);
  in.seekg(static_cast<std::streamoff>(from));
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

}  // namespace everynode::support
