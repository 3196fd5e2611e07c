#include "everynode/net/server.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <thread>
#include <vector>

#include "everynode/net/tls.hpp"
#include "worker.hpp"

namespace everynode::net {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;

constexpr std::chrono::milliseconds drain_poll{5};
constexpr std::chrono::milliseconds accept_pause{5};

/// How many new connections a worker may hold before it looks at them. More of them wait in the kernel, where they cost
/// us nothing: a worker does its work in the order of arrival, and answers must not wait behind a flood.
constexpr std::size_t most_adopting = 32;
constexpr std::chrono::milliseconds adopting_pause{1};

Acceptor open_acceptor(asio::io_context& control, const Endpoint& endpoint) try {
  const tcp::endpoint address(asio::ip::make_address(endpoint.host), endpoint.port);
  Acceptor acceptor(control.get_executor());
  acceptor.open(address.protocol());
  acceptor.set_option(asio::socket_base::reuse_address(true));
  acceptor.bind(address);
  acceptor.listen();
  return acceptor;
} catch (const boost::system::system_error& error) {
  throw std::system_error(error.code(), "cannot listen on " + endpoint.host + ":" + std::to_string(endpoint.port));
}

Limits share_of(Limits limits, std::size_t workers) {
  limits.connections = std::max<std::size_t>(1, limits.connections / workers);
  limits.in_flight = std::max<std::size_t>(1, limits.in_flight / workers);
  return limits;
}

/// A worker with a thread and a loop of its own.
struct Thread {
  asio::io_context loop{1};
  asio::executor_work_guard<Executor> work{loop.get_executor()};
  std::thread thread;
};

}  // namespace

class Server::Impl {
 public:
  Impl(asio::io_context& control, ServerOptions options)
      : control_(control),
        options_(std::move(options)),
        bodies_(std::max(options_.limits.body_bytes, options_.limits.bodies_bytes)),
        acceptor_(open_acceptor(control, options_.listen)),
        timer_(control) {
    const std::size_t count = std::max(1U, options_.threads);
    const Limits share = share_of(options_.limits, count);
    for (std::size_t i = 0; i < count; ++i) {
      if (options_.threads > 0) threads_.push_back(std::make_unique<Thread>());
      asio::io_context& loop = options_.threads > 0 ? threads_.back()->loop : control_;
      workers_.push_back(
          std::make_unique<Worker>(loop, share, bodies_, workers_, options_.observer,
                                   Service{.handler = options_.make_handler(),
                                           .gate = options_.make_gate ? options_.make_gate() : Gate(),
                                           .streams = options_.make_streams ? options_.make_streams() : Streams(),
                                           .client_authorities = options_.client_authorities}));
      if (options_.threads > 0) workers_.back()->start();
    }
    for (const auto& thread : threads_) thread->thread = std::thread([loop = &thread->loop] { loop->run(); });
    asio::co_spawn(control_, accept(), asio::detached);
  }

  ~Impl() { join(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[nodiscard]] Endpoint endpoint() const {
    return {.host = options_.listen.host, .port = acceptor_.local_endpoint().port()};
  }

  [[nodiscard]] bool alive(std::chrono::milliseconds tolerance) const {
    const auto oldest = Clock::now() - tolerance;
    const auto turned = [&](const auto& worker) { return worker->last_turn() >= oldest; };
    return threads_.empty() || std::ranges::all_of(workers_, turned);
  }

  void retire() {
    for (const auto& worker : workers_) worker->retire();
  }

  asio::io_context& control_loop() { return control_; }

  Awaitable<void> stop(std::chrono::milliseconds grace, std::function<void(std::size_t)> done) {
    retire();
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (const auto& worker : workers_) worker->close_idle();
    const auto deadline = Clock::now() + grace;
    while (open() > 0 && Clock::now() < deadline) co_await pause(drain_poll);
    const std::size_t left = open();
    for (const auto& worker : workers_) worker->cut();
    done(left);
  }

 private:
  Awaitable<void> accept() {
    for (std::size_t next = 0; acceptor_.is_open(); next = (next + 1) % workers_.size()) {
      Worker& worker = *workers_[next];
      if (worker.adopting() >= most_adopting) {
        if (all_behind()) co_await pause(adopting_pause);
        continue;
      }
      // The control loop accepts and hands the connection over by its descriptor: a suspended accept must not hold a
      // socket of a worker's loop, because that loop is destroyed before the control loop.
      auto [error, accepted] = co_await acceptor_.async_accept(as_worker_result);
      if (!error) {
        Socket socket(worker.loop(), protocol_, accepted.release());
        auto tls = options_.tls == nullptr ? nullptr : options_.tls->current();
        worker.adopt(std::move(socket), std::move(tls));
      } else if (acceptor_.is_open()) {
        // Most likely no file descriptor is free: connections that end free some.
        options_.observer.refused("accept_failed", {});
        co_await pause(accept_pause);
      }
    }
  }

  [[nodiscard]] bool all_behind() const {
    return std::ranges::all_of(workers_, [](const auto& worker) { return worker->adopting() >= most_adopting; });
  }

  Awaitable<void> pause(std::chrono::milliseconds time) {
    timer_.expires_after(time);
    co_await timer_.async_wait(as_worker_result);
  }

  [[nodiscard]] std::size_t open() const {
    std::size_t sum = 0;
    for (const auto& worker : workers_) sum += worker->open();
    return sum;
  }

  void join() {
    for (const auto& thread : threads_) {
      thread->loop.stop();
      thread->thread.join();
    }
  }

  asio::io_context& control_;
  ServerOptions options_;
  Bodies bodies_;
  Acceptor acceptor_;
  const tcp protocol_ = acceptor_.local_endpoint().protocol();
  Timer timer_;
  // A worker is destroyed before its loop, because its timers live there. A coroutine that is still suspended in a loop
  // is destroyed with it, never resumed.
  std::vector<std::unique_ptr<Thread>> threads_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

Server::Server(asio::io_context& control, ServerOptions options)
    : impl_(std::make_unique<Impl>(control, std::move(options))) {}

Server::~Server() = default;

Endpoint Server::endpoint() const {
  return impl_->endpoint();
}

bool Server::alive(std::chrono::milliseconds tolerance) const {
  return impl_->alive(tolerance);
}

void Server::retire_connections() {
  impl_->retire();
}

void Server::stop(std::chrono::milliseconds grace, std::function<void(std::size_t)> done) {
  asio::co_spawn(impl_->control_loop(), impl_->stop(grace, std::move(done)), asio::detached);
}

}  // namespace everynode::net
