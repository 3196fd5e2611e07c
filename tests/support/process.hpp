/// A program as a process of its own, for tests of what only a process has: signals, files that change while it runs,
/// an exit code.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace everynode::support {

/// An unused name in the temporary directory.
[[nodiscard]] std::filesystem::path fresh_name(const std::string& what);

class Process {
 public:
  /// The words are its name and arguments. Its log is its standard error.
  explicit Process(std::vector<std::string> words);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number) const;
  /// Waits for the process to end. Returns its exit code, or 128 + the signal that ended it.
  int wait();

  [[nodiscard]] bool alive() const;
  /// The most memory that the process has held in RAM so far, in MiB.
  [[nodiscard]] std::size_t peak_mib() const;
  /// The memory that it holds in RAM now, in KiB.
  [[nodiscard]] std::size_t resident_kib() const;

  /// Waits until the log contains the text after its first `from` bytes; false after 20 s.
  [[nodiscard]] bool logs(const std::string& text, std::size_t from = 0) const;
  [[nodiscard]] std::string log(std::size_t from = 0) const;

 private:
  /// A value from /proc/PID/status in KiB; 0 if it is missing.
  [[nodiscard]] std::size_t status_kib(const std::string& name) const;

  std::filesystem::path log_;
  pid_t pid_ = -1;
};

}  // namespace everynode::support
