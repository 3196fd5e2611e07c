/// `everynode webhook` as a process of its own, on loopback ports that the kernel chose.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "process.hpp"

namespace everynode::support {

/// A directory with development certificates; the destructor removes it.
class Certificates {
 public:
  /// Runs `make_certs`, the script of certs/. Throws std::runtime_error if it fails.
  explicit Certificates(std::filesystem::path make_certs);
  ~Certificates();
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  /// Makes a new serving certificate from the same CA.
  void renew() const;
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  std::filesystem::path make_certs_;
  std::filesystem::path directory_;
};

class WebhookProcess : public Process {
 public:
  /// Starts the webhook, as an argument of the program in `runner` if there is one, and waits until it is ready. Throws
  /// std::runtime_error with its log if it is not ready within 20 s.
  WebhookProcess(const std::filesystem::path& binary, const Certificates& certificates,
                 std::vector<std::string> flags = {}, std::vector<std::string> runner = {});

  [[nodiscard]] std::uint16_t port() const { return port_of("\"listen\":\"127.0.0.1:"); }
  [[nodiscard]] std::uint16_t metrics_port() const { return port_of("\"metrics\":\"127.0.0.1:"); }

 private:
  [[nodiscard]] std::uint16_t port_of(const std::string& before) const;
};

/// Sends bytes to a loopback port and returns everything that comes back until the server closes (or 10 s have passed).
[[nodiscard]] std::string exchange(std::uint16_t port, const std::string& bytes);

}  // namespace everynode::support
