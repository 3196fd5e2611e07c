#include "load_targets.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <expected>

namespace everynode::support {
namespace {

namespace asio = boost::asio;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

}  // namespace

LoadTargets::LoadTargets(asio::io_context& loop, const TlsClient& client, const LoadOptions& options)
    : period_(options.readiness_period), timeout_(options.timeout) {
  asio::ip::tcp::resolver resolver(loop);
  for (const Target& target : options.targets) {
    auto state = std::make_unique<State>(loop, client);
    state->endpoint = resolver.resolve(target.host, std::to_string(target.port)).begin()->endpoint();
    state->question = "GET " + options.readiness_path + " HTTP/1.1\r\nHost: " + options.server_name +
                      "\r\nUser-Agent: kube-probe/1.37\r\nAccept: */*\r\nConnection: close\r\n\r\n";
    states_.push_back(std::move(state));
  }
}

asio::awaitable<void> LoadTargets::find_ready() {
  for (std::size_t index = 0; index < watched(); ++index) co_await ask(*states_[index]);
}

asio::awaitable<void> LoadTargets::watch(std::size_t index) {
  State& state = *states_[index];
  while (!stopped_) {
    state.pause.expires_after(period_);
    co_await state.pause.async_wait(kAsTuple);
    if (!stopped_) co_await ask(state);
  }
}

asio::awaitable<void> LoadTargets::ask(State& state) {
  state.connection.set_deadline(Clock::now() + timeout_);
  const auto opened = co_await state.connection.open(state.endpoint);
  bool ready = false;
  if (opened) {
    const auto answer = co_await state.connection.exchange(state.question);
    ready = answer && answer->status == 200;
  }
  state.ready = ready;  // until now the previous answer counted
  state.connection.close();
  state.connection.set_deadline(Clock::time_point::max());
}

std::optional<std::size_t> LoadTargets::pick() {
  std::vector<std::size_t> ready;
  for (std::size_t index = 0; index < states_.size(); ++index) {
    if (states_[index]->ready) ready.push_back(index);
  }
  if (ready.empty()) return std::nullopt;
  return ready[std::uniform_int_distribution<std::size_t>(0, ready.size() - 1)(chance_)];
}

void LoadTargets::expire(Clock::time_point now) {
  for (const auto& state : states_) state->connection.expire(now);
}

void LoadTargets::stop() {
  stopped_ = true;
  for (const auto& state : states_) {
    state->pause.cancel();
    state->connection.set_deadline(Clock::now());
  }
}

}  // namespace everynode::support
