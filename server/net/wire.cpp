#include "wire.hpp"

#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/serializer.hpp>

namespace everynode::net {

namespace beast = boost::beast;
using beast::http::field;

std::optional<http::Response> response_to(const beast::error_code& error, const Limits& limits) {
  using beast::http::error::body_limit;
  using beast::http::error::header_limit;
  if (error == header_limit) {
    return http::failure(http::Status::header_fields_too_large,
                         "the header is longer than " + std::to_string(limits.header_bytes) + " bytes");
  }
  if (error == body_limit) {
    return http::failure(http::Status::content_too_large,
                         "the body is longer than " + std::to_string(limits.body_bytes) + " bytes");
  }
  const bool nobody_there = error == beast::http::error::end_of_stream || error == beast::http::error::partial_message;
  const bool malformed = error.category() == beast::http::make_error_code(header_limit).category() && !nobody_there;
  if (!malformed) return std::nullopt;
  return http::failure(http::Status::bad_request, "this is no HTTP/1.1 request: " + error.message());
}

std::optional<http::Response> refusal_of(const beast::http::request_parser<beast::http::string_body>& parser) {
  const auto& message = parser.get();
  if (message.find(field::transfer_encoding) != message.end()) {
    return http::failure(http::Status::length_required, "Transfer-Encoding is not accepted; send a Content-Length");
  }
  if (message.find(field::expect) != message.end()) {
    return http::failure(http::Status::expectation_failed, "Expect is not supported; send the body at once");
  }
  if (message.method() == beast::http::verb::post && !parser.content_length()) {
    return http::failure(http::Status::length_required, "a POST needs a Content-Length");
  }
  return std::nullopt;
}

http::Response too_many_requests() {
  http::Response response =
      http::failure(http::Status::too_many_requests, "too many requests are in flight; try again");
  response.headers.push_back({"Retry-After", "1"});
  return response;
}

namespace {

template <class Body>
beast::http::response<Body> message_of(const http::Response& response, bool keep_alive, const std::string& date) {
  beast::http::response<Body> message{static_cast<beast::http::status>(response.status), 11};
  message.set(field::date, date);
  message.set(field::content_type, response.content_type);
  for (const http::Header& header : response.headers) message.set(header.name, header.value);
  message.keep_alive(keep_alive);
  return message;
}

template <class Serializer>
void append(Serializer& serializer, std::string& out) {
  beast::error_code error;
  const auto take = [&](beast::error_code&, const auto& buffers) {
    std::size_t size = 0;
    for (const auto buffer : beast::buffers_range_ref(buffers)) {
      out.append(static_cast<const char*>(buffer.data()), buffer.size());
      size += buffer.size();
    }
    serializer.consume(size);
  };
  while (!error && !serializer.is_done()) serializer.next(error, take);
}

}  // namespace

void serialize(http::Response response, bool keep_alive, const std::string& date, std::string& out) {
  auto message = message_of<beast::http::string_body>(response, keep_alive, date);
  message.body() = std::move(response.body);
  message.prepare_payload();
  beast::http::response_serializer<beast::http::string_body> serializer{message};
  append(serializer, out);
}

void serialize_head(const http::Response& response, const std::string& date, std::string& out) {
  auto message = message_of<beast::http::empty_body>(response, false, date);
  beast::http::response_serializer<beast::http::empty_body> serializer{message};
  append(serializer, out);
}

}  // namespace everynode::net
