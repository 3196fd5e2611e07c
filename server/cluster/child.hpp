/// A program that is run to its end, with limits. Private to `cluster`.
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
  std::string program;                        ///< its path
  std::vector<std::string> arguments;         ///< the first is its name
  std::vector<std::string> environment = {};  ///< "NAME=VALUE"
  bool reads_our_input = false;               ///< else there is nothing to read
  bool shows_errors = false;                  ///< what it writes to standard error goes to ours as well
  bool own_group = true;                      ///< whoever it starts is ended with it
  std::chrono::seconds timeout{30};
  std::size_t output_limit = 0;  ///< of standard output; more of it ends the program
};

struct ChildEnd {
  enum class How : std::uint8_t { not_started, exited, signalled, timed_out, flooded };

  How how = How::not_started;
  int code = 0;        ///< the exit code, or the signal
  std::string output;  ///< what it wrote to standard output
  std::string errors;  ///< the last of what it wrote to standard error, or why it was not started
};

/// Starts the program, reads what it writes, and waits for its end, or sees to it.
[[nodiscard]] Awaitable<ChildEnd> run_child(boost::asio::any_io_executor executor, ChildOptions options);

}  // namespace everynode::cluster
