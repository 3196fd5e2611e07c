// Requests whose end can be read in two ways. A proxy in front of us may have read it differently, so what follows must
// never be answered as a request of its own: there is at most one answer, and then the connection ends.
#include <algorithm>
#include <regex>

#include "attack.hpp"

namespace everynode::support {
namespace {

const std::string line = "POST /mutate HTTP/1.1\r\n";
const std::string head = line + "Host: localhost\r\nContent-Type: application/json\r\n";
const std::string hidden = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// The status codes of all answers.
std::vector<int> statuses_in(const std::string& text) {
  static const std::regex first_line("HTTP/1\\.1 ([0-9]{3}) ");
  std::vector<int> statuses;
  for (std::sregex_iterator found(text.begin(), text.end(), first_line), end; found != end; ++found) {
    statuses.push_back(std::stoi((*found)[1]));
  }
  return statuses;
}

class Smuggling : public AttackTest {
 protected:
  void SetUp() override { begin(); }

  /// Everything that comes back until the connection ends, over TLS, for a request that is sent in pieces of this size.
  [[nodiscard]] std::string answer_to(const std::string& request, std::size_t piece) const {
    TlsPeer peer(port(), {.patience = 1500ms});
    for (std::size_t i = 0; i < request.size() && peer.send(request.substr(i, piece)); i += piece) {
    }
    return peer.receive();
  }

  /// There is one answer, a refusal, and then the connection ends; however the request arrives.
  void expect_refused(const std::string& request) const {
    for (const std::size_t piece : {request.size(), std::size_t{1}}) expect_one(request, piece, {400, 411, 417});
  }

  void expect_one(const std::string& request, std::size_t piece, const std::vector<int>& allowed) const {
    const std::string answer = answer_to(request, piece);
    const std::vector<int> statuses = statuses_in(answer);
    ASSERT_EQ(statuses.size(), 1U) << request << "\n---\n" << answer;
    EXPECT_TRUE(std::ranges::count(allowed, statuses[0]) > 0) << request << "\n---\n" << answer;
    EXPECT_TRUE(answer.contains("Connection: close")) << request << "\n---\n" << answer;
  }
};

TEST_F(Smuggling, ByTransferEncoding) {
  for (const char* header :
       {"Transfer-Encoding: chunked\r\n", "Transfer-Encoding: identity\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "transfer-encoding:chunked\r\n", "Transfer-Encoding:\tchunked\r\n", "Transfer-Encoding:\r\n chunked\r\n",
        "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding: chunked, identity\r\n"}) {
    expect_refused(head + header + "\r\n0\r\n\r\n" + hidden);
    expect_refused(head + "Content-Length: 5\r\n" + header + "\r\n0\r\n\r\n" + hidden);
    expect_refused(head + header + "Content-Length: 5\r\n\r\n0\r\n\r\n" + hidden);
  }
  for (const char* header : {"Transfer-Encoding : chunked\r\n", "Transfer-Encoding\t: chunked\r\n",
                             "Transfer-Encoding\x0b: chunked\r\n", "Transfer\rEncoding: chunked\r\n"}) {
    expect_refused(head + header + "Content-Length: 5\r\n\r\n0\r\n\r\n" + hidden);
  }
}

TEST_F(Smuggling, ByChunks) {
  for (const char* chunks : {"5\r\nhello\r\n0\r\n\r\n", "5;a=\r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n",
                             "5\nhello\n0\n\n", "FFFFFFFFFFFFFFFFF\r\n", "-1\r\n", "0\r\nContent-Length: 9\r\n\r\n"}) {
    expect_refused(head + "Transfer-Encoding: chunked\r\n\r\n" + chunks + hidden);
  }
}

TEST_F(Smuggling, ByLengths) {
  for (const char* lengths :
       {"Content-Length: 0\r\nContent-Length: 44\r\n", "Content-Length: 44\r\nContent-Length: 0\r\n",
        "Content-Length: 0, 44\r\n", "Content-Length: +0\r\n", "Content-Length: 0x2c\r\n", "Content-Length: -1\r\n",
        "Content-Length: 4 4\r\n", "Content-Length:\r\n", "Content-Length: 18446744073709551616\r\n",
        "Content-Length : 0\r\n", "Content-Length: 0\r\nContent-Length: x\r\n"}) {
    expect_refused(head + lengths + "\r\n" + hidden);
  }
}

TEST_F(Smuggling, ByLines) {
  expect_refused("POST /mutate HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n" + hidden);
  expect_refused(line + "Host: localhost\nContent-Length: 0\r\n\r\n" + hidden);
  expect_refused(line + "Host: localhost\rContent-Length: 0\r\n\r\n" + hidden);
  expect_refused(line + "Host: localhost\r\r\nContent-Length: 0\r\n\r\n" + hidden);
  expect_refused(line + "Host: local" + std::string(1, '\0') + "host\r\nContent-Length: 0\r\n\r\n" + hidden);
  expect_refused(line + "no colon\r\nContent-Length: 0\r\n\r\n" + hidden);
  expect_refused(line + ": no name\r\nContent-Length: 0\r\n\r\n" + hidden);
  expect_refused(line + " Host: localhost\r\nContent-Length: 0\r\n\r\n" + hidden);
  // A folded line continues the value before it (RFC 9112, 5.2): it is not a header of its own.
  const std::string folded = head + "X: a\r\n Content-Length: 44\r\nContent-Length: 0\r\n\r\n" + hidden;
  expect_one(folded, folded.size(), {400});
  expect_refused(head + "Content-Length: 4\r\n 4\r\n\r\n" + hidden);
}

TEST_F(Smuggling, ByTheRequestLine) {
  for (const char* first : {"POST /mutate HTTP/1.1 HTTP/1.1\r\n", "POST /mutate HTTP/9.9\r\n", "POST /mutate\r\n",
                            "POST  /mutate HTTP/1.1\r\n", "POST\t/mutate HTTP/1.1\r\n", " POST /mutate HTTP/1.1\r\n",
                            "PRI * HTTP/2.0\r\n", "\x16\x03\x01\r\n"}) {
    expect_refused(first + std::string("Host: localhost\r\nContent-Length: 0\r\n\r\n") + hidden);
  }
}

/// Each of these is a valid request with another one behind it.
TEST_F(Smuggling, ByPipelining) {
  const std::string body = review_of(daemon_pod(R"("nodeName":"n1")"));
  for (const std::string& first :
       {hidden, post(body),
        std::string("GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello")}) {
    for (const std::string& second : {hidden, post(body), std::string("x"), std::string("\r\n")}) {
      expect_one(first + second, first.size() + second.size(), {200});
    }
  }
  expect_refused(head + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello" + hidden);
}

}  // namespace
}  // namespace everynode::support
