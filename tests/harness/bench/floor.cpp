// everynode_floor: the webhook's server with a handler that does nothing. What TLS, HTTP and the kernel cost alone.
#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "everynode/http/message.hpp"
#include "everynode/net/server.hpp"
#include "everynode/net/tls.hpp"

namespace {

namespace http = everynode::http;
namespace net = everynode::net;

// As large as an answer that adds one toleration.
constexpr const char* kAnswer =
    R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{)"
    R"("uid":"00000000-0000-0000-0000-000000000000","allowed":true,"patchType":"JSONPatch","patch":")"
    R"(W3sib3AiOiJhZGQiLCJwYXRoIjoiL3NwZWMvdG9sZXJhdGlvbnMvLSIsInZhbHVlIjp7ImtleSI6Im5vZGUua3ViZXJuZXRlcy5pby9uZXR3b3Jr)"
    R"(LXVuYXZhaWxhYmxlIiwib3BlcmF0b3IiOiJFeGlzdHMiLCJlZmZlY3QiOiJOb1NjaGVkdWxlIn19XQ=="}})";

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

http::Response answer(const http::Request&) {
  http::Response response;
  response.body = kAnswer;
  return response;
}

void serve(const std::string& listen, const std::string& certificate_file, const std::string& key_file,
           unsigned threads) {
  net::TlsIdentity identity(net::TlsVersion::v1_3);
  const auto facts =
      identity.exchange({.chain = content_of(certificate_file), .key = content_of(key_file)}, net::seconds_now());
  if (!facts) throw std::runtime_error(facts.error());

  boost::asio::io_context control;
  net::ServerOptions options;
  options.listen = net::Endpoint::parse(listen);
  options.threads = threads;
  options.tls = &identity;
  options.make_handler = [] { return answer; };
  net::Server server(control, std::move(options));

  boost::asio::signal_set signals(control, SIGINT, SIGTERM);
  signals.async_wait([&](auto, int) { server.stop(std::chrono::seconds(1), [&](std::size_t) { control.stop(); }); });
  control.run();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Answers every request with the same patch, unread."};
  std::string listen = "127.0.0.1:8443";
  std::string certificate_file;
  std::string key_file;
  unsigned threads = 1;
  app.add_option("--listen", listen)->capture_default_str();
  app.add_option("--tls-cert-file", certificate_file)->required();
  app.add_option("--tls-key-file", key_file)->required();
  app.add_option("--threads", threads)->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    serve(listen, certificate_file, key_file, threads);
  } catch (const std::exception& error) {
    std::cerr << "everynode_floor: " << error.what() << std::endl;
    return 1;
  }
}
