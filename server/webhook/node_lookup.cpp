#include "node_lookup.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "everynode/cluster/client.hpp"
#include "everynode/cluster/spawn.hpp"
#include "everynode/codec/document.hpp"
#include "everynode/logging/version.hpp"

namespace everynode::webhook {
namespace {

using std::chrono::steady_clock;

constexpr unsigned not_found = 404;

/// An answer that comes too late for its question is good for the next one.
cluster::ClientOptions lookup_options() {
  return {.connections = 4,
          .request_timeout = std::chrono::seconds(5),
          .user_agent = "everynode-webhook/" + std::string(logging::version())};
}

LookedUp looked_up(const kube::Outcome& outcome) {
  if (!outcome) return {.result = Lookup::failed};
  if (outcome->status == not_found) return {.result = Lookup::absent};
  if (!outcome->ok()) return {.result = Lookup::failed};
  codec::Document document;
  auto node = overlay::read_node(outcome->body, document);
  if (!node) return {.result = Lookup::failed};
  return {.result = Lookup::found, .node = std::make_shared<const overlay::Node>(std::move(*node))};
}

}  // namespace

/// A question under way keeps it.
struct NodeLookup::State : std::enable_shared_from_this<State> {
  State(const boost::asio::any_io_executor& on, cluster::Config config, std::function<void(Lookup)> count)
      : executor(on), client(on, std::move(config), lookup_options()), timer(on), counted(std::move(count)) {}

  void find(const std::string& name, std::chrono::milliseconds patience, NodeQuestions::Told told) {
    const auto count_and_tell = [this, told = std::move(told)](const LookedUp& answer) {
      if (counted) counted(answer.result);
      told(answer);
    };
    if (stopped) return count_and_tell({.result = Lookup::failed});
    const auto now = steady_clock::now();
    if (questions.want(name, count_and_tell, now + patience, now))
      cluster::spawn(executor, ask(shared_from_this(), name));
    watch_the_clock();
  }

  static cluster::Awaitable<void> ask(std::shared_ptr<State> self, std::string name) {
    auto request = kube::get(kube::nodes, {.namespace_ = {}, .name = name});
    const kube::Outcome outcome = co_await self->client.send(std::move(request));
    self->questions.answer(name, looked_up(outcome), steady_clock::now());
  }

  void watch_the_clock() {
    const auto next = questions.next_deadline();
    if (!next) return;
    timer.expires_at(*next);
    timer.async_wait([self = shared_from_this()](boost::system::error_code error) {
      if (error) return;
      self->questions.expire(steady_clock::now());
      self->watch_the_clock();
    });
  }

  void stop() {
    stopped = true;
    timer.cancel();
    questions.give_up();
    client.close();
  }

  boost::asio::any_io_executor executor;
  cluster::Client client;
  boost::asio::steady_timer timer;
  std::function<void(Lookup)> counted;
  NodeQuestions questions;
  bool stopped = false;
};

NodeLookup::NodeLookup(const boost::asio::any_io_executor& executor, cluster::Config config,
                       std::function<void(Lookup)> counted)
    : state_(std::make_shared<State>(executor, std::move(config), std::move(counted))) {}

/// Nobody is told anything any more: who waits may be gone.
NodeLookup::~NodeLookup() {
  state_->counted = nullptr;
  state_->stopped = true;
  state_->timer.cancel();
  state_->client.close();
}

void NodeLookup::find(std::string name, std::chrono::milliseconds patience, NodeQuestions::Told told) {
  boost::asio::post(state_->executor, [state = state_, name = std::move(name), patience, told = std::move(told)] {
    state->find(name, patience, told);
  });
}

void NodeLookup::stop() {
  state_->stop();
}

}  // namespace everynode::webhook
