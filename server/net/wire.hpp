/// Between Beast's messages and ours: what is refused before the body is read, and how an answer is written. Private to
/// `net`.
#pragma once

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <string>

#include "everynode/net/server.hpp"

namespace everynode::net {

/// The answer to a header that could not be read; nullopt if there is nobody to answer, because the peer has closed or
/// took too long.
[[nodiscard]] std::optional<http::Response> response_to(const boost::beast::error_code& error, const Limits& limits);

/// The refusal of a request with this header; nullopt: it is served. We refuse what the API server never asks for and
/// what hides attacks.
[[nodiscard]] std::optional<http::Response> refusal_of(
    const boost::beast::http::request_parser<boost::beast::http::string_body>& parser);

[[nodiscard]] http::Response too_many_requests();

/// Appends head and body in one piece, so that one write (one TLS record) carries them.
void serialize(http::Response response, bool keep_alive, const std::string& date, std::string& out);

/// Appends the head of an answer whose body comes later, and ends with its connection.
void serialize_head(const http::Response& response, const std::string& date, std::string& out);

}  // namespace everynode::net
