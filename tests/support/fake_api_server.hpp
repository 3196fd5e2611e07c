/// A fake API server in this process: a handler decides what it answers, and which rules it breaks.
///
///     FakeApiServer server([](const ApiRequest& request) {
///       if (request.is("GET", "/api/v1/nodes")) return ApiAnswer{.body = R"({"items":[]})"};
///       if (request.target.contains("watch=1")) return ApiAnswer{.stream = [](ApiStream& stream) {
///         stream.write("{\"type\":\"ADDED\"}\n");          // a chunk; lines may end in any other
///         stream.wait(std::chrono::minutes(1));            // silence, until the client or the server goes
///       }};
///       return ApiAnswer{.status = 404};
///     });
///     Client client(loop.get_executor(), config_of(server), {});        // fake_api_config.hpp
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scripted_server.hpp"

namespace everynode::support {

struct ApiRequest {
  std::string method;
  std::string target;                          ///< path and query, as sent
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  std::size_t connection = 0;  ///< 1 for the first one that the server accepted, and so on

  /// True for this method and this path, with any query.
  [[nodiscard]] bool is(std::string_view wanted_method, std::string_view path) const;
};

/// A body that is sent in pieces over time.
class ApiStream {
 public:
  virtual ~ApiStream() = default;

  /// Sends one chunk. False: the client is gone, or the server stops.
  virtual bool write(std::string_view piece) = 0;
  /// Waits, and ends early with false if the client goes or the server stops.
  virtual bool wait(std::chrono::milliseconds time) = 0;
  /// Breaks the connection, instead of ending the body.
  virtual void drop() = 0;
};

/// When the server breaks the connection with a TCP reset.
enum class Drop : std::uint8_t { never, before_answer, within_body };

struct ApiAnswer {
  unsigned status = 200;
  std::string body = {};
  std::map<std::string, std::string> headers = {};  ///< beyond Content-Length and Transfer-Encoding
  std::chrono::milliseconds delay{0};               ///< before the answer
  Drop drop = Drop::never;
  bool close = false;                           ///< close the connection after the answer without having said so
  bool chunked = false;                         ///< send the body in chunks of 1,000 bytes
  std::function<void(ApiStream&)> stream = {};  ///< sends the body instead; runs on the connection's thread
};

class FakeApiServer {
 public:
  /// Called for one request at a time, so it may keep state without locks; it must not block.
  using Handler = std::function<ApiAnswer(const ApiRequest&)>;

  /// Listens on 127.0.0.1, without TLS unless the options say so. It serves until it is destroyed.
  explicit FakeApiServer(Handler handler, ScriptedServerOptions options = {.tls = false});
  ~FakeApiServer();
  FakeApiServer(const FakeApiServer&) = delete;
  FakeApiServer& operator=(const FakeApiServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] bool tls() const;
  /// The certificate, which is its own CA, as PEM.
  [[nodiscard]] std::string certificate() const;

  /// The requests so far, in the order in which the handler saw them.
  [[nodiscard]] std::vector<ApiRequest> requests() const;
  /// How many connections have sent at least one request.
  [[nodiscard]] std::size_t connections() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace everynode::support
