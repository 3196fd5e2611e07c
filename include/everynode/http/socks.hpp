/// The client's side of SOCKS 5 (RFC 1928, RFC 1929) as a machine without I/O: it asks a proxy for a connection to a
/// server.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "everynode/http/proxy.hpp"

namespace everynode::http {

/// Send what `take_output` returns, read exactly `wanted` bytes and pass them to `feed`, until `done` or `problem`.
class SocksMachine {
 public:
  /// Passes `host` on as it is: the proxy looks the name up.
  SocksMachine(const Proxy& proxy, std::string host, std::uint16_t port);

  /// What to send now; empty: nothing.
  [[nodiscard]] std::string take_output() { return std::exchange(output_, {}); }
  /// How many bytes the machine needs next; 0: it is done or has failed.
  [[nodiscard]] std::size_t wanted() const { return wanted_; }
  void feed(std::string_view bytes);

  [[nodiscard]] bool done() const { return step_ == Step::done; }
  /// Why the proxy gives no connection; empty: nothing is wrong.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  enum class Step : std::uint8_t { method, login, reply, address, done, failed };

  void expect(Step step, std::size_t bytes);
  void fail(std::string problem);
  void on_method(unsigned char method);
  void on_reply(std::string_view head);
  void ask();

  std::string user_;
  std::string password_;
  bool has_user_;
  std::string host_;
  std::uint16_t port_;
  Step step_ = Step::method;
  std::size_t wanted_ = 0;
  std::string output_;
  std::string problem_;
};

}  // namespace everynode::http
