/// Runs a program to its end, within limits. Private to `cluster`.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "everynode/cluster/client.hpp"

namespace everynode::cluster {

struct ChildOptions {
  std::string program;                        ///< the program's path
  std::vector<std::string> arguments;         ///< the first is its name
  std::vector<std::string> environment = {};  ///< "NAME=VALUE"
  bool reads_our_input = false;               ///< false: its standard input is empty
  bool shows_errors = false;                  ///< copies its standard error to ours
  bool own_group = true;                      ///< ends the processes that it starts together with it
  std::chrono::seconds timeout{30};
  std::size_t output_limit = 0;  ///< for standard output; more output ends the program
};

struct ChildEnd {
  enum class How : std::uint8_t { not_started, exited, signalled, timed_out, flooded };

  How how = How::not_started;
  int code = 0;        ///< the exit code, or the signal
  std::string output;  ///< its standard output
  std::string errors;  ///< the last part of its standard error, or why it did not start
};

/// Starts the program, reads its output, and waits for its end or enforces it.
[[nodiscard]] Awaitable<ChildEnd> run_child(boost::asio::any_io_executor executor, ChildOptions options);

}  // namespace everynode::cluster
