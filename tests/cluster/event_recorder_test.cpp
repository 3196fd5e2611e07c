#include "everynode/cluster/event_recorder.hpp"

#include <nlohmann/json.hpp>

#include "client_fixture.hpp"

namespace everynode::cluster {
namespace {

using nlohmann::json;

protocol::Event event(std::string name, std::string message) {
  return {.about = {.api_version = "apps/v1",
                    .kind = "DaemonSet",
                    .namespace_ = "n",
                    .name = std::move(name),
                    .uid = "u",
                    .resource_version = "1"},
          .type = "Normal",
          .reason = "SuccessfulCreate",
          .message = std::move(message),
          .time = std::chrono::system_clock::now()};
}

class EventRecorderTest : public ClientTest {
 protected:
  /// Runs the recorder until the server has received this many requests.
  void run_until(const FakeApiServer& server, Client& client, EventRecorder& recorder, std::size_t requests) {
    boost::asio::co_spawn(loop_, recorder.run(), [](const std::exception_ptr& error) {
      if (error) std::rethrow_exception(error);
    });
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    while (server.requests().size() < requests && std::chrono::steady_clock::now() < end) {
      loop_.run_for(std::chrono::milliseconds(10));
    }
    loop_.run_for(std::chrono::milliseconds(50));
    recorder.stop();
    client.close();
    loop_.run_for(std::chrono::seconds(20));
    EXPECT_TRUE(loop_.stopped()) << "it did not end";
  }
};

TEST_F(EventRecorderTest, CreatesCountsAndCreatesAgainWhatIsGone) {
  const FakeApiServer server([](const ApiRequest& request) {
    return ApiAnswer{.status = request.method == "PATCH" ? 404U : 201U, .body = "{}"};
  });
  Client client = client_for(server);
  EventRecorder recorder(loop_.get_executor(), client, "daemonset-controller");
  recorder.record(event("a", "Created pod: x"));
  recorder.record(event("a", "Created pod: x"));
  run_until(server, client, recorder, 3);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_TRUE(requests[0].is("POST", "/api/v1/namespaces/n/events"));
  EXPECT_EQ(requests[1].method, "PATCH");
  EXPECT_TRUE(requests[2].is("POST", "/api/v1/namespaces/n/events"));
  EXPECT_EQ(json::parse(requests[2].body)["count"], 2);
  EXPECT_EQ(json::parse(requests[2].body)["source"]["component"], "daemonset-controller");
}

TEST_F(EventRecorderTest, DropsWhatFindsNoRoomAndGoesOnAfterARefusal) {  // requirement 6.8
  const FakeApiServer server([](const ApiRequest&) { return ApiAnswer{.status = 403, .body = "{}"}; });
  Client client = client_for(server);
  int dropped = 0;
  int failed = 0;
  EventObserver observer;
  observer.dropped = [&] { ++dropped; };
  observer.failed = [&](const kube::Request&, const kube::Outcome&) { ++failed; };
  EventRecorder recorder(loop_.get_executor(), client, "c", observer);
  for (int i = 0; i < 1010; ++i) recorder.record(event(std::to_string(i), "m"));
  EXPECT_EQ(dropped, 10);
  run_until(server, client, recorder, 1000);
  EXPECT_EQ(failed, 1000);
}

TEST_F(EventRecorderTest, WritesWhatComesWhileItIsIdle) {
  const FakeApiServer server([](const ApiRequest&) { return ApiAnswer{.status = 201, .body = "{}"}; });
  Client client = client_for(server);
  EventRecorder recorder(loop_.get_executor(), client, "c");
  boost::asio::steady_timer later(loop_, std::chrono::milliseconds(50));
  later.async_wait([&](const boost::system::error_code&) { recorder.record(event("a", "m")); });
  run_until(server, client, recorder, 1);
  EXPECT_EQ(server.requests().size(), 1U);
}

}  // namespace
}  // namespace everynode::cluster
