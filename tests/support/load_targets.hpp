/// The servers of a run: which of them are ready, and which one gets the next connection, as behind a Kubernetes
/// Service.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "load.hpp"
#include "load_connection.hpp"

namespace everynode::support {

class LoadTargets {
 public:
  /// Throws std::system_error if a host cannot be resolved.
  LoadTargets(boost::asio::io_context& loop, const TlsClient& client, const LoadOptions& options);

  /// Asks every target once. Asks nothing if there is only one target.
  boost::asio::awaitable<void> find_ready();

  /// Asks one target again and again, each time over a new connection as the kubelet does, until stop().
  boost::asio::awaitable<void> watch(std::size_t index);

  /// The index of a ready target, chosen at random; nullopt if none is ready.
  [[nodiscard]] std::optional<std::size_t> pick();

  [[nodiscard]] const boost::asio::ip::tcp::endpoint& endpoint(std::size_t index) const {
    return states_[index]->endpoint;
  }

  /// How many targets need watch().
  [[nodiscard]] std::size_t watched() const { return states_.size() > 1 ? states_.size() : 0; }

  void expire(Clock::time_point now);

  /// Makes watch() end; a request under way ends at the next expire().
  void stop();

 private:
  struct State {
    State(boost::asio::io_context& loop, const TlsClient& client) : connection(loop, client), pause(loop) {}

    boost::asio::ip::tcp::endpoint endpoint;
    std::string question;
    LoadConnection connection;
    boost::asio::steady_timer pause;
    bool ready = true;
  };
  boost::asio::awaitable<void> ask(State& state);

  std::chrono::milliseconds period_;
  std::chrono::milliseconds timeout_;
  std::vector<std::unique_ptr<State>> states_;
  std::minstd_rand chance_;  // always with the same seed, so that runs can be compared
  bool stopped_ = false;
};

}  // namespace everynode::support
