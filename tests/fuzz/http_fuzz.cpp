// What a server reads from a socket, in pieces as a socket may deliver them: a header that is accepted or refused, then
// a body. Every answer is written, and must read back as an HTTP/1.1 response with its status.
#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/wire.hpp"
#include "require.hpp"

using namespace everynode;
using fuzz::require;

namespace {

namespace beast = boost::beast;
using Parser = beast::http::request_parser<beast::http::string_body>;

constexpr net::Limits limits{.header_bytes = 1024, .body_bytes = 4096};

void expect_readable(const http::Response& response, bool keep_alive) {
  std::string bytes;
  net::serialize(response, keep_alive, "Sun, 06 Nov 1994 08:49:37 GMT", bytes);
  beast::http::response_parser<beast::http::string_body> parser;
  parser.eager(true);
  beast::error_code error;
  const std::size_t used = parser.put(boost::asio::buffer(bytes), error);
  const bool whole = !error && parser.is_done() && used == bytes.size();
  require(whole && parser.get().result_int() == static_cast<unsigned>(response.status));
  require(parser.get().body() == response.body && parser.keep_alive() == keep_alive);
}

/// Feeds what has arrived so far, as a flat buffer does: offers bytes that the parser did not use again with the next
/// piece. Ends when `enough` returns true or something is wrong.
template <class Enough>
beast::error_code feed(Parser& parser, std::string_view& pending, std::string_view& coming, std::size_t piece,
                       Enough enough) {
  beast::error_code error;
  while (!enough()) {
    const std::size_t used = parser.put(boost::asio::buffer(pending), error);
    pending.remove_prefix(used);
    if (error && error != beast::http::error::need_more) return error;
    if (enough()) return {};
    if (coming.empty()) return beast::http::error::partial_message;
    const std::size_t arrived = std::min(piece, coming.size());
    pending = {pending.data(), pending.size() + arrived};
    coming.remove_prefix(arrived);
  }
  return {};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = 1 + data[0];
  std::string_view coming(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string_view pending = coming.substr(0, 0);

  Parser parser;
  parser.header_limit(limits.header_bytes);
  parser.body_limit(limits.body_bytes);
  if (const auto error = feed(parser, pending, coming, piece, [&] { return parser.is_header_done(); })) {
    if (const auto response = net::response_to(error, limits)) expect_readable(*response, false);
    return 0;
  }
  if (const auto refusal = net::refusal_of(parser)) {
    expect_readable(*refusal, false);
    return 0;
  }
  parser.eager(true);
  if (feed(parser, pending, coming, piece, [&] { return parser.is_done(); })) return 0;
  require(parser.get().body().size() == parser.content_length().value_or(0));
  http::Response echo;
  echo.body = parser.get().body();
  expect_readable(echo, parser.keep_alive());
  return 0;
}
