/// The conversation on one connection: it reads, handles and answers one request after the other. Private to `net`.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <string>

#include "client_certificate.hpp"
#include "worker.hpp"

namespace everynode::net {

/// `Stream` is a TlsStream after its handshake, or a Socket.
template <class Stream>
class Session {
 public:
  Session(Worker& worker, Worker::Place connection, Stream& stream);

  /// Serves until one side closes, then closes in an orderly way.
  Awaitable<void> run();

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  /// Reads one request and answers it. False: it was the connection's last one.
  Awaitable<bool> serve_one();
  Awaitable<bool> wait_for_bytes();
  [[nodiscard]] bool lacks_bytes() const;
  Awaitable<bool> read_body(std::size_t expected);
  /// The answer of the gate, if it does not admit the request.
  std::optional<http::Response> refusal_by_gate();
  const http::ClientCertificate* client_certificate();
  /// Sends what the stream has until one side goes.
  Awaitable<void> send(EventStream& stream);
  Awaitable<http::Response> finish(http::Postponed postponed, const http::Request& request);
  Awaitable<void> wait_for(const http::Postponed& postponed);
  Awaitable<bool> write(http::Response response, bool keep_alive);
  Awaitable<bool> refuse(http::Response response);
  Awaitable<void> close();

  void begin_parsing();
  http::Request take_request();

  Worker& worker_;
  Worker::Place connection_;
  Stream& stream_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  ClientCertificate certificate_;
  std::string body_;  ///< lent to each request in turn, so that its memory is used again
  std::string out_;
};

extern template class Session<TlsStream>;
extern template class Session<Socket>;

}  // namespace everynode::net
