#include "probe.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <charconv>
#include <exception>
#include <iostream>
#include <utility>

#include "everynode/codec/printable.hpp"
#include "everynode/files/files.hpp"
#include "everynode/net/client.hpp"
#include "program.hpp"

namespace everynode::cli {
namespace {

namespace asio = boost::asio;

constexpr std::size_t most_body = std::size_t{1} << 20U;

struct Answer {
  unsigned status = 0;
  std::string body;
};

std::unexpected<std::string> problem_with(std::string_view url, std::string_view what) {
  return std::unexpected(std::string(url) + ": " + std::string(what));
}

asio::awaitable<std::expected<Answer, net::Failure>> ask(net::Origin origin, std::string path,
                                                         std::chrono::seconds timeout) {
  const auto executor = co_await asio::this_coro::executor;
  net::ClientConnection connection(executor, std::move(origin));
  connection.expires_at(std::chrono::steady_clock::now() + timeout);
  const auto failure = co_await connection.connect();
  if (failure) co_return std::unexpected(*failure);
  const net::ClientRequest request{.method = "GET", .target = path, .headers = {}, .body = {}};
  const auto head = co_await connection.send(request);
  if (!head) co_return std::unexpected(head.error());
  auto body = co_await connection.read_body(most_body, 0);
  if (!body) co_return std::unexpected(body.error());
  Answer answer{.status = head->status, .body = std::move(*body)};
  co_return answer;
}

std::expected<net::Origin, std::string> origin_of(const ProbeTarget& target, const std::filesystem::path& ca) {
  net::Origin origin{.host = target.host, .port = target.port, .tls = nullptr, .server_name = {}};
  if (!target.tls) return origin;
  net::ClientTlsOptions options;
  if (!ca.empty()) {
    auto text = files::read_file(ca);
    if (!text) return std::unexpected(text.error());
    options.authorities = std::move(*text);
  }
  auto tls = net::ClientTls::make(options);
  if (!tls) return std::unexpected(tls.error());
  origin.tls = std::move(*tls);
  return origin;
}

}  // namespace

std::expected<ProbeTarget, std::string> parse_probe_url(std::string_view url) {
  ProbeTarget target;
  target.tls = url.starts_with("https://");
  if (!target.tls && !url.starts_with("http://")) return problem_with(url, "expected http:// or https://");
  const std::string_view rest = url.substr(url.find("//") + 2);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  target.path = slash == rest.size() ? "/" : std::string(rest.substr(slash));
  const std::string_view authority = rest.substr(0, slash);
  const bool bracketed = authority.starts_with('[');
  const std::size_t host_end = bracketed ? authority.find(']') : std::min(authority.find(':'), authority.size());
  if (host_end == std::string_view::npos) return problem_with(url, "a bracket is not closed");
  target.host = authority.substr(bracketed ? 1 : 0, host_end - (bracketed ? 1 : 0));
  if (target.host.empty()) return problem_with(url, "the host is missing");
  target.port = target.tls ? 443 : 80;
  const std::string_view port = authority.substr(host_end + (bracketed ? 1 : 0));
  if (port.empty()) return target;
  const char* const end = port.data() + port.size();
  const auto [stop, error] = std::from_chars(port.data() + 1, end, target.port);
  if (port.front() != ':' || stop != end || error != std::errc() || target.port == 0)
    return problem_with(url, "the port is no number from 1 to 65535");
  return target;
}

int run_probe(const ProbeSettings& settings) {
  const auto target = parse_probe_url(settings.url);
  if (!target) {
    std::cerr << program_name() << " probe: " << target.error() << "\n";
    return 2;
  }
  const auto origin = origin_of(*target, settings.ca);
  if (!origin) {
    std::cerr << program_name() << " probe: " << origin.error() << "\n";
    return 2;
  }
  asio::io_context loop;
  std::expected<Answer, net::Failure> outcome;
  asio::co_spawn(loop, ask(*origin, target->path, settings.timeout),
                 [&](const std::exception_ptr& error, std::expected<Answer, net::Failure> result) {
                   if (error) std::rethrow_exception(error);
                   outcome = std::move(result);
                 });
  loop.run();
  if (!outcome) {
    std::cerr << program_name() << " probe: " << settings.url << ": " << codec::printable(outcome.error().detail)
              << "\n";
    return 1;
  }
  std::cout << codec::printable_lines(outcome->body);
  if (outcome->status / 100 == 2) return 0;
  std::cerr << program_name() << " probe: " << settings.url << " answers " << outcome->status << "\n";
  return 1;
}

}  // namespace everynode::cli
