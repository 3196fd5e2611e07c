#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fstream>
#include <iomanip>
#include <sstream>
#include <thread>

#include "client_fixture.hpp"
#include "everynode/codec/document.hpp"

namespace everynode::cluster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

TEST_F(ClientTest, SendsAndGivesTheAnswer) {
  const FakeApiServer server([](const ApiRequest&) { return ApiAnswer{.status = 201, .body = "{}"}; });
  Config config = config_of(server);
  config.token = "secret";
  config.path_prefix = "/k8s";
  Client client(loop_.get_executor(), config, {.user_agent = "everynode-test/1"});
  const auto outcome = finish(client.send(create_pod));
  ASSERT_TRUE(outcome) << outcome.error().why;
  EXPECT_EQ(outcome->status, 201U);
  EXPECT_EQ(outcome->body, "{}");
  EXPECT_GE(outcome->body.capacity(), outcome->body.size() + codec::Document::padding);
  const ApiRequest request = server.requests().at(0);
  EXPECT_EQ(request.method + " " + request.target, "POST /k8s/api/v1/namespaces/ns/pods");
  EXPECT_EQ(request.body, create_pod.body);
  EXPECT_EQ(request.headers.at("authorization"), "Bearer secret");
  EXPECT_EQ(request.headers.at("content-type"), "application/json");
  EXPECT_EQ(request.headers.at("accept"), "application/json");
  EXPECT_EQ(request.headers.at("user-agent"), "everynode-test/1");
  EXPECT_EQ(request.headers.at("host"), "127.0.0.1:" + std::to_string(server.port()));
}

TEST_F(ClientTest, UsesOneConnectionAgainAndAgain) {
  const FakeApiServer server(hello);
  Client client = client_for(server);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(finish(client.send(get_node)));
  EXPECT_EQ(server.requests().size(), 10U);
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(ClientTest, OpensNoMoreConnectionsThanItMay) {
  const FakeApiServer server([](const ApiRequest&) { return ApiAnswer{.body = "x", .delay = milliseconds(20)}; });
  Client client = client_for(server, {.connections = 3});
  std::vector<std::shared_ptr<kube::Outcome>> outcomes;
  for (int i = 0; i < 20; ++i) outcomes.push_back(begin(client.send(get_node)));
  run();
  for (const auto& outcome : outcomes) EXPECT_EQ(outcome->value().body, "x");
  EXPECT_EQ(server.connections(), 3U);
}

TEST_F(ClientTest, ReadsLongChunkedBodies) {
  const std::string body(3'000'000, 'x');
  const FakeApiServer server([&](const ApiRequest&) { return ApiAnswer{.body = body, .chunked = true}; });
  Client client = client_for(server);
  const auto outcome = finish(client.send(get_node));
  ASSERT_TRUE(outcome) << outcome.error().why;
  EXPECT_EQ(outcome->body, body);
  EXPECT_GE(outcome->body.capacity(), body.size() + codec::Document::padding);
}

TEST_F(ClientTest, GivesUpAfterTheTimeout) {
  const FakeApiServer server([](const ApiRequest&) { return ApiAnswer{.delay = seconds(30)}; });
  Client client = client_for(server, {.request_timeout = seconds(1)});
  const auto begin = steady_clock::now();
  const auto outcome = finish(client.send(create_pod));
  EXPECT_LT(steady_clock::now() - begin, seconds(10));
  ASSERT_FALSE(outcome);
  EXPECT_TRUE(outcome.error().sent);
  EXPECT_EQ(outcome.error().why, config_of(server).address() + ": it did not answer within 1 s");
}

TEST_F(ClientTest, SaysWhetherTheServerMayHaveActed) {
  const FakeApiServer server([](const ApiRequest& request) {
    return ApiAnswer{.body = "0123456789",
                     .drop = request.target.contains("/nodes/") ? Drop::within_body : Drop::before_answer};
  });
  Client client = client_for(server);
  const auto unanswered = finish(client.send(create_pod));
  ASSERT_FALSE(unanswered);
  EXPECT_TRUE(unanswered.error().sent);
  const auto cut = finish(client.send(get_node));
  ASSERT_FALSE(cut);
  EXPECT_TRUE(cut.error().sent);
  EXPECT_EQ(server.requests().size(), 2U);
}

/// Whether this machine has a connection to the port whose other end has not been closed.
bool is_connected_to(std::uint16_t port) {
  std::ifstream table("/proc/net/tcp");
  std::ostringstream established;  // the remote port, and the state
  established << ':' << std::uppercase << std::hex << std::setfill('0') << std::setw(4) << port << " 01 ";
  for (std::string line; std::getline(table, line);) {
    if (line.contains(established.str())) return true;
  }
  return false;
}

TEST_F(ClientTest, NoticesThatAKeptConnectionWasClosed) {
  const FakeApiServer server([](const ApiRequest&) { return ApiAnswer{.body = "x", .close = true}; });
  Client client = client_for(server);
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(finish(client.send(create_pod)));
    const auto end = steady_clock::now() + seconds(30);
    while (is_connected_to(server.port()) && steady_clock::now() < end) std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_EQ(server.connections(), 5U);
  EXPECT_EQ(server.requests().size(), 5U);
}

// The second request uses a connection that the server closes at that moment.
TEST_F(ClientTest, RepeatsOnlyWhatReads) {
  std::size_t count = 0;
  const FakeApiServer server(
      [&](const ApiRequest&) { return ApiAnswer{.drop = ++count % 2 == 0 ? Drop::before_answer : Drop::never}; });
  Client client = client_for(server);
  EXPECT_TRUE(finish(client.send(get_node)));
  EXPECT_TRUE(finish(client.send(get_node)));  // the server sees it twice: as its second and its third request
  EXPECT_EQ(server.requests().size(), 3U);
  const auto written = finish(client.send(create_pod));
  ASSERT_FALSE(written);
  EXPECT_TRUE(written.error().sent);
  EXPECT_EQ(server.requests().size(), 4U);
}

TEST_F(ClientTest, LetsTheNextRequestsWaitAfter429) {
  std::size_t count = 0;
  const FakeApiServer server([&](const ApiRequest&) {
    if (++count > 1) return ApiAnswer{};
    return ApiAnswer{.status = 429, .headers = {{"Retry-After", "1"}}};
  });
  Client client = client_for(server);
  const auto refused = finish(client.send(get_node));
  EXPECT_EQ(refused->status, 429U);
  EXPECT_EQ(refused->retry_after, seconds(1));
  const auto begin = steady_clock::now();
  EXPECT_EQ(finish(client.send(get_node))->status, 200U);
  EXPECT_GE(steady_clock::now() - begin, milliseconds(900));
}

TEST_F(ClientTest, TrustsNoKeptConnectionWhenOneWasDead) {
  std::atomic<bool> dead = false;
  const FakeApiServer server([&](const ApiRequest&) {
    return ApiAnswer{.body = "x", .delay = milliseconds(20), .drop = dead ? Drop::before_answer : Drop::never};
  });
  Client client = client_for(server, {.connections = 3});
  std::vector<std::shared_ptr<kube::Outcome>> outcomes;
  for (int i = 0; i < 3; ++i) outcomes.push_back(begin(client.send(get_node)));
  run();
  ASSERT_EQ(server.connections(), 3U);
  dead = true;
  EXPECT_FALSE(finish(client.send(create_pod))) << "it may have had an effect";
  dead = false;
  EXPECT_TRUE(finish(client.send(create_pod)));
  EXPECT_EQ(server.connections(), 4U);
}

TEST_F(ClientTest, ReadsTheTokenAgain) {
  const FakeApiServer server([](const ApiRequest& request) {
    return ApiAnswer{.status = request.headers.at("authorization") == "Bearer new" ? 200U : 401U};
  });
  Config config = config_of(server);
  config.token_file = std::filesystem::temp_directory_path() / ("everynode-token-" + std::to_string(getpid()));
  std::ofstream(config.token_file) << "old\n";
  Client client(loop_.get_executor(), config, {});
  EXPECT_EQ(finish(client.send(get_node))->status, 401U);
  std::ofstream(config.token_file) << "new\n";
  std::this_thread::sleep_for(milliseconds(1100));
  EXPECT_EQ(finish(client.send(get_node))->status, 200U);
  std::filesystem::remove(config.token_file);
  std::this_thread::sleep_for(milliseconds(1100));
  EXPECT_EQ(finish(client.send(get_node))->status, 200U) << "a token that cannot be read goes on";
}

TEST_F(ClientTest, TellsWhatItSaw) {
  const FakeApiServer server([](const ApiRequest&) { return ApiAnswer{.status = 404}; });
  std::vector<unsigned> seen;
  const ClientObserver observer{
      .answered = [&](const kube::Request&, unsigned status, std::chrono::nanoseconds) { seen.push_back(status); }};
  Client client(loop_.get_executor(), config_of(server), {}, observer);
  EXPECT_EQ(finish(client.send(get_node))->status, 404U);
  EXPECT_EQ(seen, std::vector<unsigned>{404});
}

TEST_F(ClientTest, EndsWhatWaitsWhenItIsClosed) {
  const FakeApiServer server([](const ApiRequest&) { return ApiAnswer{.delay = seconds(30)}; });
  Client client = client_for(server, {.connections = 1});
  const auto running = begin(client.send(get_node));
  const auto waiting = begin(client.send(get_node));
  boost::asio::steady_timer timer(loop_, milliseconds(100));
  timer.async_wait([&](const boost::system::error_code&) { client.close(); });
  run();
  EXPECT_FALSE(*running);
  EXPECT_FALSE(*waiting);
  EXPECT_FALSE(waiting->error().sent);
  EXPECT_FALSE(finish(client.send(get_node)));
}

TEST_F(ClientTest, EndsWithItsEventLoop) {
  const FakeApiServer server([](const ApiRequest&) { return ApiAnswer{.delay = seconds(30)}; }, {});
  auto loop = std::make_unique<boost::asio::io_context>();
  {
    Client client(loop->get_executor(), config_of(server), {.connections = 1});
    const auto ignore = [](const std::exception_ptr&, const kube::Outcome&) {};
    const auto ignore_event = [](std::string_view, kube::Encoding) { return true; };
    for (int i = 0; i < 3; ++i) boost::asio::co_spawn(*loop, client.send(get_node), ignore);
    boost::asio::co_spawn(*loop, client.stream(watch_pods, ignore_event), ignore);
    loop->run_for(milliseconds(200));
  }
  loop.reset();
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(ClientTest, FreesThePlaceOfWhatWasGivenUp) {
  const FakeApiServer server(hello);
  Client client = client_for(server, {.connections = 1});
  const auto running = begin(client.send(get_node));
  boost::asio::cancellation_signal stop;
  bool ended = false;
  boost::asio::co_spawn(
      loop_, client.send(get_node),
      boost::asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr, kube::Outcome) { ended = true; }));
  const auto behind = begin(client.send(get_node));
  boost::asio::post(loop_, [&] { stop.emit(boost::asio::cancellation_type::terminal); });
  run();
  EXPECT_TRUE(ended);
  EXPECT_TRUE(*running);
  EXPECT_TRUE(*behind);
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(ClientTest, EndsARunningRequestThatIsGivenUp) {
  std::size_t count = 0;
  const FakeApiServer server(
      [&](const ApiRequest&) { return ApiAnswer{.delay = ++count == 2 ? seconds(30) : seconds(0)}; }, {});
  Client client = client_for(server, {.connections = 1});
  EXPECT_TRUE(finish(client.send(get_node)));
  boost::asio::cancellation_signal stop;
  bool ended = false;
  const auto end = [&](const std::exception_ptr&, const kube::Outcome&) { ended = true; };
  boost::asio::co_spawn(loop_, client.send(get_node), boost::asio::bind_cancellation_slot(stop.slot(), end));
  boost::asio::steady_timer timer(loop_, milliseconds(100));
  timer.async_wait([&](const boost::system::error_code&) { stop.emit(boost::asio::cancellation_type::terminal); });
  const auto begin = steady_clock::now();
  run();
  EXPECT_TRUE(ended);
  EXPECT_LT(steady_clock::now() - begin, seconds(5));
  EXPECT_TRUE(finish(client.send(get_node)));
  EXPECT_EQ(server.connections(), 2U);
}

}  // namespace
}  // namespace everynode::cluster
