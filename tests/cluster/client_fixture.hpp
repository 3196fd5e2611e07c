/// Runs a client on an event loop of its own, and waits for its results.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <string>
#include <vector>

#include "everynode/cluster/client.hpp"
#include "fake_api_config.hpp"

namespace everynode::cluster {

using support::ApiAnswer;
using support::ApiRequest;
using support::ApiStream;
using support::config_of;
using support::Drop;
using support::FakeApiServer;

inline const kube::Request get_node = kube::get(kube::nodes, {.namespace_ = "", .name = "n"});
inline const kube::Request watch_pods = kube::watch(kube::pods, "1", std::chrono::seconds(60));
inline const kube::Request create_pod = kube::create(kube::pods, "ns", R"({"kind":"Pod"})");

/// What an API server answers that a test asks nothing else of.
inline ApiAnswer hello(const ApiRequest&) {
  return {.body = "hello"};
}

class ClientTest : public ::testing::Test {
 protected:
  Client client_for(const FakeApiServer& server, ClientOptions options = {}) {
    return Client(loop_.get_executor(), config_of(server), std::move(options));
  }

  /// Begins a call. The result is in the returned pointer after the loop has run.
  std::shared_ptr<kube::Outcome> begin(Awaitable<kube::Outcome> call) {
    auto place = std::make_shared<kube::Outcome>();
    const auto done = [place](const std::exception_ptr& error, kube::Outcome outcome) {
      if (error) std::rethrow_exception(error);
      *place = std::move(outcome);
    };
    boost::asio::co_spawn(loop_, std::move(call), done);
    return place;
  }

  void run() {
    loop_.restart();
    loop_.run();
  }

  kube::Outcome finish(Awaitable<kube::Outcome> call) {
    const auto place = begin(std::move(call));
    run();
    return std::move(*place);
  }

  kube::Outcome stream(Client& client, std::vector<std::string>& lines) {
    return finish(client.stream(watch_pods, [&](std::string_view line, kube::Encoding) {
      lines.emplace_back(line);
      return true;
    }));
  }

  boost::asio::io_context loop_;
};

}  // namespace everynode::cluster
