#include "load.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <stdexcept>
#include <utility>

#include "histogram.hpp"
#include "load_connection.hpp"
#include "load_targets.hpp"

namespace everynode::support {
namespace {

namespace asio = boost::asio;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kExamples = 10;
// How often the run checks deadlines and the stop token.
constexpr std::chrono::milliseconds kTick{20};
// Pause after a connection that failed: otherwise a closed loop would measure how fast a port refuses.
constexpr std::chrono::milliseconds kAfterFailure{10};

std::string request_text(const LoadOptions& options) {
  std::string text =
      options.method + " " + options.path + " HTTP/1.1\r\nHost: " + options.server_name +
      "\r\nUser-Agent: kube-apiserver-admission\r\nContent-Length: " + std::to_string(options.body.size()) +
      "\r\nAccept: application/json, */*\r\n";
  if (!options.body.empty()) text += "Content-Type: " + options.content_type + "\r\n";
  return text + "Accept-Encoding: gzip\r\n\r\n" + options.body;
}

/// One run: the schedule, the connections that send its requests, and the count of results.
class Run {
 public:
  Run(const LoadOptions& options, const std::stop_token& stop)
      : options_(options),
        stop_(stop),
        client_(options.ca_file, options.server_name),
        targets_(loop_, client_, options),
        tick_(loop_),
        request_(request_text(options)) {
    report_.opened_by_target.resize(options.targets.size());
    for (unsigned i = 0; i < options.connections; ++i) workers_.push_back(std::make_unique<Worker>(loop_, client_));
  }

  LoadReport run() {
    asio::co_spawn(loop_, all(), [](const std::exception_ptr& broken) {
      if (broken) std::rethrow_exception(broken);
    });
    loop_.run();
    return finished_report();
  }

 private:
  struct Worker {
    Worker(asio::io_context& loop, const TlsClient& client) : connection(loop, client), timer(loop) {}
    LoadConnection connection;
    asio::steady_timer timer;
  };

  using Result = std::expected<LoadConnection::Answer, LoadConnection::Trouble>;

  asio::awaitable<void> all() {
    asio::co_spawn(loop_, ticks(), asio::detached);
    co_await targets_.find_ready();
    begin_ = Clock::now();
    working_ = workers_.size();
    active_ = workers_.size() + targets_.watched();
    for (std::size_t index = 0; index < targets_.watched(); ++index) {
      asio::co_spawn(loop_, targets_.watch(index), [this](const std::exception_ptr& broken) {
        if (broken) std::rethrow_exception(broken);
        leave();
      });
    }
    for (const auto& worker : workers_) {
      asio::co_spawn(loop_, work(*worker), [](const std::exception_ptr& broken) {
        if (broken) std::rethrow_exception(broken);
      });
    }
  }

  /// Ends what takes too long, and wakes coroutines that wait for a time after the end.
  asio::awaitable<void> ticks() {
    while (!over_) {
      tick_.expires_after(kTick);
      co_await tick_.async_wait(kAsTuple);
      const Clock::time_point now = Clock::now();
      targets_.expire(now);
      for (const auto& worker : workers_) {
        worker->connection.expire(now);
        if (ended(now)) worker->timer.cancel();
      }
    }
  }

  [[nodiscard]] bool ended(Clock::time_point now) const {
    return stop_.stop_requested() || (options_.duration && begin_ && now >= *begin_ + *options_.duration);
  }

  /// When the next request is due; nullopt after the last one.
  std::optional<Clock::time_point> next_due() {
    if (options_.requests && handed_out_ >= *options_.requests) return std::nullopt;
    if (options_.rate <= 0) {
      ++handed_out_;
      return Clock::now();
    }
    const std::chrono::duration<double> offset(static_cast<double>(handed_out_) / options_.rate);
    const auto due = *begin_ + std::chrono::duration_cast<Clock::duration>(offset);
    if (options_.duration && due >= *begin_ + *options_.duration) return std::nullopt;
    ++handed_out_;
    return due;
  }

  asio::awaitable<void> work(Worker& worker) {
    while (true) {
      if (ended(Clock::now())) break;
      const std::optional<Clock::time_point> due = next_due();
      if (!due) break;
      if (*due > Clock::now()) {
        worker.timer.expires_at(*due);
        co_await worker.timer.async_wait(kAsTuple);
        if (*due > Clock::now()) break;  // woken because the run is over
      }
      ++report_.sent;
      const Result result = co_await ask(worker);
      const bool reached = count(result, *due);
      if (!reached) {
        worker.timer.expires_after(kAfterFailure);
        co_await worker.timer.async_wait(kAsTuple);
      }
    }
    worker.connection.close();
    if (--working_ == 0) targets_.stop();
    leave();
  }

  /// The ticks go on until the last coroutine has ended: a coroutine that hangs ends only by its deadline.
  void leave() {
    if (--active_ > 0) return;
    over_ = true;
    tick_.cancel();
  }

  /// Sends one request. Like net/http, it tries again only if the server cannot have seen anything of the first
  /// attempt.
  asio::awaitable<Result> ask(Worker& worker) {
    LoadConnection& connection = worker.connection;
    connection.set_deadline(Clock::now() + options_.timeout);
    while (true) {
      const bool reused = connection.is_open() && still_usable(connection);
      if (!reused) {
        const auto opened = co_await open(connection);
        if (!opened) co_return std::unexpected(opened.error());
      }
      Result result = co_await connection.exchange(request_);
      if (!result && reused && result.error().reason == Failure::write && result.error().nothing_written) {
        ++report_.idle_closed;
        continue;
      }
      if (!options_.keep_alive) connection.close();
      connection.set_deadline(Clock::time_point::max());
      co_return result;
    }
  }

  bool still_usable(LoadConnection& connection) {
    if (connection.usable()) return true;
    connection.close();
    ++report_.idle_closed;
    return false;
  }

  asio::awaitable<std::expected<void, LoadConnection::Trouble>> open(LoadConnection& connection) {
    const std::optional<std::size_t> target = targets_.pick();
    if (!target) {
      co_return std::unexpected(LoadConnection::Trouble{.reason = Failure::connect, .text = "no target is ready"});
    }
    const auto opened = co_await connection.open(targets_.endpoint(*target));
    if (opened) count_connection(*target, connection.fingerprint());
    co_return opened;
  }

  void count_connection(std::size_t target, const std::string& fingerprint) {
    ++report_.connections_opened;
    ++report_.opened_by_target[target];
    const auto known = std::ranges::find(report_.certificates, fingerprint, &CertificateSeen::fingerprint);
    if (known != report_.certificates.end()) {
      ++known->connections;
    } else {
      report_.certificates.push_back({.fingerprint = fingerprint, .connections = 1});
    }
  }

  /// Records the result; false if no server was reached.
  bool count(const Result& result, Clock::time_point due) {
    const Clock::time_point now = Clock::now();
    end_ = now;
    if (options_.ended) options_.ended->fetch_add(1, std::memory_order_relaxed);
    if (!result) {
      count_failure(result.error().reason, result.error().text);
      return result.error().reason != Failure::connect && result.error().reason != Failure::handshake;
    }
    ++report_.statuses[result->status];
    if (result->status != 200) {
      count_failure(Failure::status, std::to_string(result->status) + " " + result->body.substr(0, 200));
    } else if (!result->body.contains(options_.expect)) {
      count_failure(Failure::body, result->body.substr(0, 200));
    } else {
      ++report_.ok;
      if (due - *begin_ >= options_.warm_up) latency_.record(now - due);
    }
    return true;
  }

  void count_failure(Failure reason, const std::string& text) {
    ++report_.failed[reason];
    if (report_.failure_examples.size() < kExamples)
      report_.failure_examples.push_back(std::string(name(reason)) + ": " + text);
  }

  LoadReport finished_report() {
    if (!begin_) return report_;
    report_.elapsed = std::max(end_, *begin_) - *begin_;
    const double seconds = std::chrono::duration<double>(report_.elapsed - options_.warm_up).count();
    if (seconds > 0) report_.requests_per_second = static_cast<double>(latency_.count()) / seconds;
    if (options_.rate > 0 && options_.duration && !stop_.stop_requested()) {
      const double planned = options_.rate * std::chrono::duration<double>(*options_.duration).count();
      const auto due = options_.requests ? std::min(static_cast<std::uint64_t>(planned), *options_.requests)
                                         : static_cast<std::uint64_t>(planned);
      report_.missed = due > report_.sent ? due - report_.sent : 0;
    }
    report_.p50 = latency_.quantile(0.5);
    report_.p99 = latency_.quantile(0.99);
    report_.p999 = latency_.quantile(0.999);
    report_.max = latency_.max();
    return report_;
  }

  const LoadOptions& options_;
  const std::stop_token& stop_;
  asio::io_context loop_{1};
  TlsClient client_;
  LoadTargets targets_;
  asio::steady_timer tick_;
  std::string request_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::size_t working_ = 0;  // workers that have not ended
  std::size_t active_ = 0;   // including those that watch the targets
  bool over_ = false;
  std::uint64_t handed_out_ = 0;
  std::optional<Clock::time_point> begin_;
  Clock::time_point end_;
  Histogram latency_;
  LoadReport report_;
};

}  // namespace

const char* name(Failure reason) {
  static constexpr std::array kNames = {"connect", "handshake", "write",  "eof",
                                        "timeout", "malformed", "status", "body"};
  return kNames[static_cast<std::size_t>(reason)];
}

std::uint64_t LoadReport::failures() const {
  std::uint64_t sum = 0;
  for (const auto& [reason, count] : failed) sum += count;
  return sum;
}

LoadReport run_load(const LoadOptions& options, const std::stop_token& stop) {
  if (options.targets.empty() || options.connections == 0) {
    throw std::invalid_argument("load needs a target and a connection");
  }
  const auto run = std::make_unique<Run>(options, stop);  // a histogram is too large for some threads' stacks
  return run->run();
}

}  // namespace everynode::support
