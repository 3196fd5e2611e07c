#include "fake_api_server.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <mutex>
#include <sstream>
#include <utility>

namespace everynode::support {
namespace {

ApiRequest parse(const std::string& text) {
  ApiRequest request;
  const std::size_t head_end = text.find("\r\n\r\n");
  std::istringstream head(text.substr(0, head_end));
  head >> request.method >> request.target;
  std::string line;
  std::getline(head, line);
  while (std::getline(head, line)) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) continue;
    std::string name = line.substr(0, colon);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (line.ends_with('\r')) line.pop_back();
    request.headers[name] = line.substr(colon + 2);
  }
  request.body = text.substr(head_end + 4);
  return request;
}

class ChunkStream final : public ApiStream {
 public:
  explicit ChunkStream(ScriptedServer::Peer& peer) : peer_(peer) {}

  bool write(std::string_view piece) override {
    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
    return peer_.write(size + std::string(piece) + "\r\n");
  }
  bool wait(std::chrono::milliseconds time) override { return peer_.wait(time); }
  void drop() override { dropped_ = true; }
  [[nodiscard]] bool dropped() const { return dropped_; }

 private:
  ScriptedServer::Peer& peer_;
  bool dropped_ = false;
};

std::string head_of(const ApiAnswer& answer, bool chunked) {
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " Scripted\r\n";
  for (const auto& [name, value] : answer.headers) head += name + ": " + value + "\r\n";
  head += chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + std::to_string(answer.body.size());
  return head + "\r\n\r\n";
}

/// Sends the body of a chunked answer. False: the connection breaks here.
bool send_chunks(ScriptedServer::Peer& peer, const ApiAnswer& answer) {
  constexpr std::size_t chunk = 1000;
  ChunkStream stream(peer);
  if (answer.stream) {
    answer.stream(stream);
  } else {
    for (std::size_t at = 0; at < answer.body.size(); at += chunk) stream.write(answer.body.substr(at, chunk));
  }
  return !stream.dropped() && peer.write("0\r\n\r\n");
}

/// False: this was the connection's last answer.
bool send(ScriptedServer::Peer& peer, const ApiAnswer& answer) {
  if (answer.delay.count() > 0 && !peer.wait(answer.delay)) return false;
  if (answer.drop == Drop::before_answer) {
    peer.reset();
    return false;
  }
  const bool chunked = answer.chunked || answer.stream;
  if (answer.drop == Drop::within_body) {
    peer.write(head_of(answer, chunked) + answer.body.substr(0, answer.body.size() / 2));
    peer.wait(std::chrono::milliseconds(50));  // a reset would overtake what we wrote
    peer.reset();
    return false;
  }
  if (!chunked) return peer.write(head_of(answer, false) + answer.body) && !answer.close;
  if (!peer.write(head_of(answer, true))) return false;
  if (send_chunks(peer, answer)) return !answer.close;
  peer.reset();
  return false;
}

}  // namespace

bool ApiRequest::is(std::string_view wanted_method, std::string_view path) const {
  return method == wanted_method && std::string_view(target).substr(0, target.find('?')) == path;
}

class FakeApiServer::Impl {
 public:
  Impl(Handler handler, ScriptedServerOptions options)
      : handler_(std::move(handler)),
        tls_(options.tls),
        server_([this](ScriptedServer::Peer& peer) { serve(peer); }, std::move(options)) {}

  [[nodiscard]] const ScriptedServer& server() const { return server_; }
  [[nodiscard]] bool tls() const { return tls_; }

  [[nodiscard]] std::vector<ApiRequest> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

  [[nodiscard]] std::size_t connections() const {
    const std::scoped_lock lock(mutex_);
    return connections_;
  }

 private:
  void serve(ScriptedServer::Peer& peer) {
    std::size_t connection = 0;
    for (std::string text = peer.read_request(); !text.empty(); text = peer.read_request()) {
      ApiAnswer answer = answer_to(parse(text), connection);
      if (!send(peer, answer)) return;
    }
  }

  ApiAnswer answer_to(ApiRequest request, std::size_t& connection) {
    const std::scoped_lock lock(mutex_);
    if (connection == 0) connection = ++connections_;
    request.connection = connection;
    requests_.push_back(request);
    return handler_(request);
  }

  Handler handler_;
  bool tls_;
  mutable std::mutex mutex_;
  std::vector<ApiRequest> requests_;
  std::size_t connections_ = 0;
  ScriptedServer server_;
};

FakeApiServer::FakeApiServer(Handler handler, ScriptedServerOptions options)
    : impl_(std::make_unique<Impl>(std::move(handler), std::move(options))) {}
FakeApiServer::~FakeApiServer() = default;

std::uint16_t FakeApiServer::port() const {
  return impl_->server().port();
}

bool FakeApiServer::tls() const {
  return impl_->tls();
}

std::string FakeApiServer::certificate() const {
  return impl_->server().certificate();
}

std::vector<ApiRequest> FakeApiServer::requests() const {
  return impl_->requests();
}

std::size_t FakeApiServer::connections() const {
  return impl_->connections();
}

}  // namespace everynode::support
