// `everynode dashboard` as a browser meets it: what it serves, to whom, and what it tells as the cluster changes.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>
#include <thread>

#include "everynode/net/gzip.hpp"
#include "fake_api_server.hpp"
#include "process.hpp"

namespace everynode {
namespace {

namespace asio = boost::asio;
using Json = nlohmann::json;
using support::ApiAnswer;
using support::ApiRequest;
using support::FakeApiServer;

constexpr std::string_view sets = "/apis/apps/v1/daemonsets";
constexpr std::string_view revisions = "/apis/apps/v1/controllerrevisions";

constexpr std::string_view agent = "/apis/apps/v1/namespaces/home/daemonsets/agent";
constexpr std::string_view own_revisions = "/apis/apps/v1/namespaces/home/controllerrevisions";
constexpr std::string_view policies = "/apis/everynode.dev/v1alpha1/namespaces/home/rolloutpolicies";

std::string list_of(const std::string& items) {
  return R"({"metadata":{"resourceVersion":"10"},"items":[)" + items + "]}";
}

std::string daemon_set() {
  return R"({"metadata":{"namespace":"home","name":"agent","uid":"ds","resourceVersion":"5","generation":1},"spec":{)"
         R"("selector":{"matchLabels":{"app":"agent"}},"template":{"metadata":{"labels":{"app":"agent"}},"spec":{)"
         R"("containers":[{"name":"c"}]}}},"status":{"observedGeneration":1,"desiredNumberScheduled":1}})";
}

std::string pod(const std::string& reason) {
  return R"({"metadata":{"namespace":"home","name":"p1","uid":"p1","resourceVersion":"11","labels":{"app":"agent"},)"
         R"("creationTimestamp":"2026-01-01T00:00:00Z","ownerReferences":[{"kind":"DaemonSet","name":"agent",)"
         R"("uid":"ds","controller":true}]},"spec":{"nodeName":"n1"},"status":{"phase":"Running",)"
         R"("containerStatuses":[{"name":"c","state":{"waiting":{"reason":")" +
         reason + R"("}}}]}})";
}

std::string revision(int number, const std::string& image) {
  return R"({"metadata":{"namespace":"home","name":"agent-)" + std::to_string(number) + R"(","uid":"r)" +
         std::to_string(number) +
         R"(","resourceVersion":"4","creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"agent"},)"
         R"("annotations":{"kubernetes.io/change-cause":"<i>because</i>"},)"
         R"("ownerReferences":[{"kind":"DaemonSet","name":"agent","uid":"ds","controller":true}]},"revision":)" +
         std::to_string(number) + R"(,"data":{"spec":{"template":{"$patch":"replace","metadata":{"labels":)" +
         R"({"app":"agent"}},"spec":{"containers":[{"name":"c","image":")" + image + R"("}]}}}}})";
}

/// Which whoever changes something finds; the page shows none.
std::string policy() {
  return R"({"metadata":{"namespace":"home","name":"network","uid":"p","resourceVersion":"7","generation":1},)"
         R"("spec":{"selector":{}},"status":{}})";
}

/// One cluster with a node and a DaemonSet, whose pod appears when a test says so.
ApiAnswer cluster(const ApiRequest& request, const std::atomic<bool>& created) {
  const std::string path = request.target.substr(0, request.target.find('?'));
  if (request.target.contains("watch=1")) {
    return {.stream = [path, &created](support::ApiStream& stream) {
      while (path == "/api/v1/pods" && !created && stream.wait(std::chrono::milliseconds(5))) {
      }
      if (path == "/api/v1/pods") stream.write(R"({"type":"ADDED","object":)" + pod("<b>Bad</b>") + "}\n");
      stream.wait(std::chrono::minutes(1));
    }};
  }
  if (request.method == "PATCH") return {.body = "{}"};
  if (path == sets) return {.body = list_of(daemon_set())};
  if (path == agent) return {.body = daemon_set()};
  if (path == policies) return {.body = list_of(policy())};
  if (path == revisions || path == own_revisions)
    return {.body = list_of(revision(1, "<b>old</b>") + "," + revision(2, "new"))};
  if (path == "/api/v1/nodes")
    return {.body = list_of(R"({"metadata":{"name":"n1","uid":"n1","resourceVersion":"3"}})")};
  return {.body = list_of("")};
}

/// A request with these headers; what came in until `enough` of it was there.
class Connection {
 public:
  Connection(std::uint16_t port, const std::string& target, const std::string& headers)
      : Connection(port, "GET", target, headers, "") {}
  Connection(std::uint16_t port, const std::string& method, const std::string& target, const std::string& headers,
             const std::string& body)
      : socket_(loop_) {
    socket_.connect({asio::ip::make_address("127.0.0.1"), port});
    const std::string text = method + " " + target + " HTTP/1.1\r\n" + headers + "\r\n" + body;
    asio::write(socket_, asio::buffer(text));
  }

  /// Everything up to and with this text; all, if the server closes before.
  std::string until(const std::string& end) {
    boost::system::error_code error;
    const std::size_t size = asio::read_until(socket_, asio::dynamic_buffer(in_), end, error);
    std::string taken = in_.substr(0, error ? in_.size() : size);
    in_.erase(0, taken.size());
    return taken;
  }

  std::string all() {
    boost::system::error_code error;
    asio::read(socket_, asio::dynamic_buffer(in_), error);
    return std::exchange(in_, {});
  }

 private:
  asio::io_context loop_;
  asio::ip::tcp::socket socket_;
  std::string in_;
};

class PageTest : public ::testing::Test {
 protected:
  explicit PageTest(const std::string& flags = {}) {
    std::ofstream(kubeconfig_) << R"({"current-context":"c","clusters":[{"name":"k","cluster":{"server":)"
                               << "\"http://127.0.0.1:" << server_.port() << "\"}}],"
                               << R"("contexts":[{"name":"c","context":{"cluster":"k","namespace":"home"}}]})";
    pipe_ = popen(("echo $$; exec " EVERYNODE_BINARY " dashboard --kubeconfig " + kubeconfig_.string() + flags).c_str(),
                  "r");
    pid_ = std::stoi(line());
    address_ = line();
    const std::size_t end = address_.find('/', 7);
    host_ = address_.substr(7, end - 7);
    const std::string_view rest = std::string_view(address_).substr(end);
    token_ = rest.substr(std::min(rest.size(), std::string_view("/#token=").size()));
  }
  ~PageTest() override {
    if (pipe_ != nullptr) stop();
    std::filesystem::remove(kubeconfig_);
  }
  PageTest(const PageTest&) = delete;
  PageTest& operator=(const PageTest&) = delete;

  /// Its exit code.
  int stop() {
    kill(pid_, SIGTERM);
    return WEXITSTATUS(pclose(std::exchange(pipe_, nullptr)));
  }

  [[nodiscard]] std::uint16_t port() const {
    return static_cast<std::uint16_t>(std::stoi(host_.substr(host_.find(':') + 1)));
  }

  Connection get(const std::string& target, const std::string& more = {}) {
    return {port(), target, "Host: " + host_ + "\r\nAuthorization: Bearer " + token_ + "\r\n" + more};
  }

  std::string answer(const std::string& target, const std::string& more = {}) {
    return get(target, "Connection: close\r\n" + more).all();
  }

  /// By the page itself, unless the headers say otherwise.
  std::string change(const std::string& json, std::string headers = "") {
    if (headers.empty()) headers = "Origin: http://" + host_ + "\r\n";
    const std::string length = "Content-Length: " + std::to_string(json.size()) + "\r\n";
    return Connection(port(), "POST", "/api/rollout",
                      "Host: " + host_ + "\r\nAuthorization: Bearer " + token_ +
                          "\r\nContent-Type: application/json\r\nConnection: close\r\n" + length + headers,
                      json)
        .all();
  }

  /// "PATCH /path body", in order.
  [[nodiscard]] std::vector<std::string> writes() const {
    std::vector<std::string> writes;
    for (const ApiRequest& one : server_.requests()) {
      if (one.method != "GET") writes.push_back(one.method + " " + one.target + " " + one.body);
    }
    return writes;
  }

  static std::string body(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

  /// What is shown, once it is known.
  Json snapshot() {
    while (true) {
      Json told = Json::parse(body(answer("/api/snapshot")));
      if (told["standing"]["known"] == true) return told;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  std::atomic<bool> created_ = false;
  std::atomic<std::chrono::milliseconds> patch_takes_{};
  FakeApiServer server_{[this](const ApiRequest& request) {
    ApiAnswer answer = cluster(request, created_);
    if (request.method == "PATCH") answer.delay = patch_takes_;
    return answer;
  }};
  /// The next one that it prints.
  std::string line() {
    std::array<char, 512> text{};
    if (std::fgets(text.data(), text.size(), pipe_) == nullptr) return "0";
    std::string whole = text.data();
    whole.erase(whole.find_last_not_of('\n') + 1);
    return whole;
  }

  std::string host_;
  std::string token_;

 private:
  std::filesystem::path kubeconfig_ = support::fresh_name("kubeconfig");
  std::FILE* pipe_ = nullptr;
  pid_t pid_ = 0;
  std::string address_;
};

constexpr std::string_view file_token = "0123456789abcdef0123456789abcdef";

/// A page behind a proxy.
class GuardedPageTest : public PageTest {
 protected:
  GuardedPageTest() : PageTest(" --host page.example.com --token-file " + token_file().string() + " 2>&1") {}
  ~GuardedPageTest() override { std::filesystem::remove(file()); }
  GuardedPageTest(const GuardedPageTest&) = delete;
  GuardedPageTest& operator=(const GuardedPageTest&) = delete;

  static void write_token(std::string_view text) {
    static const std::filesystem::path fresh = support::fresh_name("fresh-token");
    std::ofstream(fresh) << text << "\n";
    std::filesystem::rename(fresh, file());
  }

  /// A request with this token.
  Connection ask(const std::string& target, std::string_view token) {
    return {port(), target, "Host: page.example.com\r\nAuthorization: Bearer " + std::string(token) + "\r\n"};
  }
  std::string status(std::string_view token) { return ask("/api/snapshot", token).until("\r\n").substr(9, 3); }

  /// Until the answer to this token is this one.
  void await(std::string_view token, std::string_view expected) {
    while (status(token) != expected) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }

 private:
  static const std::filesystem::path& file() {
    static const std::filesystem::path file = support::fresh_name("token");
    return file;
  }
  static const std::filesystem::path& token_file() {
    write_token(file_token);
    return file();
  }
};

/// A page that may change something.
class ActingPageTest : public PageTest {
 protected:
  ActingPageTest() : PageTest(" --allow-actions") {}
};

TEST_F(PageTest, ServesThePageAndWhatThereIsToSee) {
  const std::string page = answer("/");
  EXPECT_TRUE(page.starts_with("HTTP/1.1 200 ")) << page;
  EXPECT_TRUE(page.contains("Content-Security-Policy: default-src 'none'")) << page;
  EXPECT_TRUE(answer("/page.js").contains("Content-Type: text/javascript"));
  const Json told = snapshot();
  EXPECT_EQ(told["rows"][0][0], "n1");
  EXPECT_EQ(told["columns"][0]["name"], "agent");
  EXPECT_EQ(told["cells"][0], "o") << "missing";
}

TEST_F(PageTest, CompressesForWhoReadsIt) {
  const std::string compressed = answer("/page.js", "Accept-Encoding: gzip\r\n");
  EXPECT_TRUE(compressed.contains("Content-Encoding: gzip"));
  EXPECT_EQ(net::gunzip(body(compressed), 1 << 20, 0), body(answer("/page.js")));
}

TEST_F(PageTest, TellsWhatChangesFromWhereAReaderWas) {
  const Json told = snapshot();
  const std::string from = "/api/events?epoch=" + told["epoch"].get<std::string>() + "&since=";
  Connection events = get(from + std::to_string(told["seq"].get<int>()));
  EXPECT_TRUE(events.until("\r\n\r\n").contains("Content-Type: text/event-stream"));
  EXPECT_EQ(events.until("\n\n"), "event: beat\ndata: {}\n\n");
  created_ = true;
  std::string event;
  while (!event.starts_with("event: delta")) event = events.until("\n\n");
  EXPECT_TRUE(event.contains(R"("cells":[[0,{)")) << event;
  Connection again = get(from + std::to_string(told["seq"].get<int>()));
  again.until("\r\n\r\n");
  EXPECT_TRUE(again.until("\n\n").contains(R"("cells":[[0,{)")) << "whoever was away hears it too";
  Connection stranger = get("/api/events?epoch=other&since=0");
  stranger.until("\r\n\r\n");
  EXPECT_TRUE(stranger.until("\n\n").starts_with("event: snapshot\n"));
}

TEST_F(PageTest, SaysWhatExplainSays) {
  created_ = true;
  snapshot();
  std::string why;
  while (!why.contains("<b>Bad</b>")) {
    why = body(answer("/api/explain?daemonSet=home%2Fagent&node=n1"));
  }
  const Json told = Json::parse(why);
  EXPECT_EQ(told["node"]["name"], "n1");
  EXPECT_EQ(told["daemonSets"][0]["nodes"][0]["why"], "container c: <b>Bad</b>");
  EXPECT_EQ(Json::parse(body(answer("/api/explain?daemonSet=home%2Fother&node=n1")))["code"], 404);
  EXPECT_EQ(Json::parse(body(answer("/api/explain?node=n1")))["daemonSets"].size(), 1U);
}

TEST_F(PageTest, SaysWhatAdmissionMadeOfAPod) {
  created_ = true;
  snapshot();
  Json told;
  while (!told.contains("admitted")) {
    told = Json::parse(body(answer("/api/explain?daemonSet=home%2Fagent&node=n1")))["daemonSets"][0];
  }
  EXPECT_EQ(told["admitted"]["pod"], "p1");
  EXPECT_EQ(told["admitted"]["seen"], "it has no trace of Everynode's webhook");
  EXPECT_TRUE(told["timeLine"].is_array());
}

TEST_F(PageTest, LooksBackOnRevisions) {
  snapshot();
  const Json told = Json::parse(body(answer("/api/history?daemonSet=home%2Fagent")))["revisions"];
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0]["revision"], 2) << "the newest first";
  const std::string old = told[1]["template"];
  EXPECT_TRUE(old.contains("image: <b>old</b>\n")) << old;
  EXPECT_FALSE(old.contains("$patch")) << old;
  EXPECT_EQ(told[1]["undo"]["wish"], Json::parse(R"({"change":"undo","toRevision":1})"));
  const std::string command = told[1]["undo"]["command"];
  EXPECT_TRUE(command.starts_with("everynode rollout undo ds/agent -n home --to-revision 1 --kubeconfig /")) << command;
  EXPECT_EQ(told[1]["changeCause"], "<i>because</i>");
  EXPECT_EQ(Json::parse(body(answer("/api/history?daemonSet=home%2Fother")))["code"], 404);
}

TEST_F(PageTest, LetsNobodyElseIn) {
  const auto status = [&](const std::string& headers) {
    return Connection(port(), "/api/snapshot", headers + "\r\n").until("\r\n").substr(9, 3);
  };
  const std::string host = "Host: " + host_ + "\r\n";
  const std::string token = "Authorization: Bearer " + token_ + "\r\n";
  EXPECT_EQ(status(host + token), "200");
  EXPECT_EQ(status(host), "401");
  EXPECT_EQ(status(token + "Host: evil.example\r\n"), "403");
  EXPECT_EQ(status(token), "403") << "no host is no host of ours";
  EXPECT_EQ(status(host + host + token), "403") << "who names two may mean the other one";
  EXPECT_EQ(status(host + token + "Origin: http://evil.example\r\n"), "403");
  EXPECT_EQ(status(host + token + "Origin: http://" + host_ + "\r\nOrigin: http://evil.example\r\n"), "403");
}

constexpr std::string_view pause = R"({"daemonSet":"home/agent","change":"pause"})";

TEST_F(PageTest, ChangesNothingUnlessItIsAllowed) {
  EXPECT_EQ(snapshot()["about"]["actions"], false);
  const std::string refused = change(std::string(pause));
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 403 ")) << refused;
  EXPECT_TRUE(refused.contains("--allow-actions")) << refused;
  EXPECT_TRUE(writes().empty());
}

TEST_F(ActingPageTest, ChangesWhatTheCommandLineDoes) {
  EXPECT_EQ(snapshot()["about"]["actions"], true);
  const std::string paused = change(std::string(pause));
  EXPECT_TRUE(paused.starts_with("HTTP/1.1 200 ")) << paused;
  EXPECT_TRUE(paused.contains("Content-Security-Policy: default-src 'none'")) << paused;
  EXPECT_EQ(body(paused), R"({"done":"rolloutpolicy.everynode.dev/network paused","warnings":[]})");
  EXPECT_EQ(writes(), std::vector{"PATCH " + std::string(policies) + R"(/network {"spec":{"paused":true}})"});
  const Json undone = Json::parse(body(change(R"({"daemonSet":"home/agent","change":"undo","toRevision":1})")));
  EXPECT_EQ(undone["done"], "daemonset.apps/agent rolled back");
  ASSERT_EQ(writes().size(), 2U);
  EXPECT_TRUE(writes()[1].starts_with("PATCH " + std::string(agent) + " ")) << writes()[1];
  EXPECT_TRUE(writes()[1].contains("<b>old</b>")) << writes()[1];
}

TEST_F(ActingPageTest, TellsWhyNothingIsChanged) {
  snapshot();
  const Json refused = Json::parse(body(change(R"({"daemonSet":"home/agent","change":"resume"})")));
  EXPECT_EQ(refused["refused"], "RolloutPolicy home/network is not paused");
  EXPECT_TRUE(change(R"({"daemonSet":"home/other","change":"pause"})").starts_with("HTTP/1.1 404 "));
  EXPECT_TRUE(change(R"({"daemonSet":"home/agent","change":"undo"})").starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(change(std::string(8192, ' ')).starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(writes().empty());
}

TEST_F(ActingPageTest, LetsNobodyButThePageChangeSomething) {
  snapshot();
  for (const std::string headers : {"X-Other: none\r\n", "Origin: null\r\n", "Origin: http://evil.example\r\n"}) {
    EXPECT_TRUE(change(std::string(pause), headers).starts_with("HTTP/1.1 403 ")) << headers;
  }
  EXPECT_TRUE(writes().empty());
}

TEST_F(ActingPageTest, ServesOthersWhileAChangeIsUnderWayAndWaitsForItAtTheEnd) {
  snapshot();
  patch_takes_ = std::chrono::milliseconds(500);
  Connection slow(port(), "POST", "/api/rollout",
                  "Host: " + host_ + "\r\nAuthorization: Bearer " + token_ + "\r\nOrigin: http://" + host_ +
                      "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(pause.size()) + "\r\n",
                  std::string(pause));
  while (writes().empty()) EXPECT_TRUE(answer("/").starts_with("HTTP/1.1 200 "));
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(writes().size(), 1U);
}

TEST_F(PageTest, EndsThoughReadersAreThere) {
  const Json told = snapshot();
  Connection events = get("/api/events?epoch=" + told["epoch"].get<std::string>() + "&since=0");
  events.until("\n\n");
  EXPECT_EQ(stop(), 0);
}

/// The first line of what it says, with code 2 at its end.
std::string complaint_about(const std::string& flags) {
  std::FILE* const pipe = popen((EVERYNODE_BINARY " dashboard --kubeconfig /dev/null " + flags + " 2>&1").c_str(), "r");
  std::array<char, 512> text{};
  EXPECT_NE(std::fgets(text.data(), text.size(), pipe), nullptr) << flags;
  EXPECT_EQ(WEXITSTATUS(pclose(pipe)), 2) << flags;
  return text.data();
}

TEST(Page, IsForThisMachineAloneUnlessHostsAndATokenGuardIt) {
  const std::string refusal = "0.0.0.0 is not an address of this machine alone";
  EXPECT_TRUE(complaint_about("--listen 0.0.0.0:0").contains(refusal));
  EXPECT_TRUE(complaint_about("--listen 0.0.0.0:0 --host page.example.com").contains(refusal));
  EXPECT_TRUE(complaint_about("--listen 0.0.0.0:0 --token-file /dev/null").contains(refusal));
  EXPECT_TRUE(complaint_about("--allow-actions --host page.example.com --token-file /dev/null")
                  .contains("--allow-actions is for an address of this machine alone"))
      << "one token for all";
  EXPECT_TRUE(complaint_about("--host https://page.example.com").contains("expected HOST or HOST:PORT"));
}

TEST_F(GuardedPageTest, IsReachedUnderTheNamesOfItsProxyWithTheTokenOfAFile) {
  const std::string token = "Authorization: Bearer " + std::string(file_token) + "\r\n";
  const auto status = [&](const std::string& headers) {
    return Connection(port(), "/api/snapshot", headers + "\r\n").until("\r\n").substr(9, 3);
  };
  EXPECT_EQ(token_, "") << "it is not printed";
  EXPECT_EQ(status("Host: page.example.com\r\nOrigin: https://page.example.com\r\n" + token), "200");
  EXPECT_EQ(status("Host: page.example.com\r\n"), "401");
  EXPECT_EQ(status("Host: evil.example\r\n" + token), "403");
}

TEST_F(GuardedPageTest, AsksForTheTokenThatIsInTheFileNow) {
  const std::string fresh(40, 'f');
  Connection events = ask("/api/events?epoch=none&since=0", file_token);
  EXPECT_TRUE(events.until("event: snapshot").contains(" 200 "));
  write_token(fresh);
  await(fresh, "200");
  EXPECT_EQ(status(file_token), "401");
  events.all();  // it ends, or this test would

  write_token("short");
  std::string said;
  while (said != "0" && !said.contains("token")) said = line();
  EXPECT_TRUE(
      said.ends_with(": expected a token of 32 to 256 characters, found 5; the token that was there before "
                     "still counts"))
      << said;
  EXPECT_EQ(status(fresh), "200");
  write_token(file_token);
  await(file_token, "200");
  EXPECT_EQ(status(fresh), "401");
}

}  // namespace
}  // namespace everynode
