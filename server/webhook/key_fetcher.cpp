#include "key_fetcher.hpp"

#include <optional>

#include "everynode/cluster/client.hpp"
#include "everynode/cluster/spawn.hpp"
#include "everynode/codec/document.hpp"
#include "everynode/logging/version.hpp"

namespace everynode::webhook {
namespace {

using std::chrono::steady_clock;

constexpr std::string_view discovery = "/.well-known/openid-configuration";
constexpr std::string_view key_set = "/openid/v1/jwks";

cluster::ClientOptions fetch_options() {
  return {.connections = 1,
          .request_timeout = std::chrono::seconds(10),
          .user_agent = "everynode-webhook/" + std::string(logging::version())};
}

std::expected<std::string, std::string> body_of(std::string_view path, const kube::Outcome& outcome) {
  if (!outcome) return std::unexpected(outcome.error().why);
  if (outcome->ok()) return outcome->body;
  std::string problem =
      "GET " + std::string(path) + ": " + std::to_string(outcome->status) + " " + kube::status_of(*outcome).message;
  if (outcome->status == 403) problem += "; the ClusterRole system:service-account-issuer-discovery lets us ask";
  return std::unexpected(std::move(problem));
}

std::expected<std::string, std::string> issuer_in(const std::string& json) {
  std::string issuer;
  codec::Document document;
  const auto whole =
      document.read(json, [&](codec::JsonValue root) { codec::read_fields(root, codec::field<"issuer">(issuer)); });
  if (!whole) return std::unexpected(std::string(discovery) + ": " + whole.error().text());
  if (issuer.empty()) return std::unexpected(std::string(discovery) + ": issuer is missing");
  return issuer;
}

}  // namespace

bool fetch_due(std::chrono::nanoseconds since, bool last_failed, bool unknown_key, const FetchTimes& times) {
  if (last_failed) return since >= times.after_failure;
  return since >= (unknown_key ? times.after_unknown_key : times.after_success);
}

/// A fetch under way keeps it.
struct KeyFetcher::State {
  State(const boost::asio::any_io_executor& on, cluster::Config config, bool issuer,
        std::function<void(const FetchedKeys&)> tell)
      : executor(on), client(on, std::move(config), fetch_options()), wants_issuer(issuer), done(std::move(tell)) {}

  boost::asio::any_io_executor executor;
  cluster::Client client;
  bool wants_issuer;
  std::function<void(const FetchedKeys&)> done;
  std::optional<steady_clock::time_point> began;
  bool failed = false;
  bool busy = false;

  cluster::Awaitable<FetchedKeys> fetch() {
    OfferedKeys keys;
    if (wants_issuer) {
      auto request = kube::get_path(discovery);
      const auto outcome = co_await client.send(std::move(request));
      const auto document = body_of(discovery, outcome);
      if (!document) co_return std::unexpected(document.error());
      auto issuer = issuer_in(*document);
      if (!issuer) co_return std::unexpected(issuer.error());
      keys.issuer = std::move(*issuer);
    }
    auto request = kube::get_path(key_set);
    const auto outcome = co_await client.send(std::move(request));
    auto jwks = body_of(key_set, outcome);
    if (!jwks) co_return std::unexpected(jwks.error());
    keys.jwks = std::move(*jwks);
    co_return keys;
  }

  static cluster::Awaitable<void> run(std::shared_ptr<State> self) {
    const FetchedKeys keys = co_await self->fetch();
    self->busy = false;
    self->failed = !keys;
    if (self->done) self->done(keys);
  }
};

KeyFetcher::KeyFetcher(const boost::asio::any_io_executor& executor, cluster::Config config, bool wants_issuer,
                       std::function<void(const FetchedKeys&)> done)
    : state_(std::make_shared<State>(executor, std::move(config), wants_issuer, std::move(done))) {}

KeyFetcher::~KeyFetcher() {
  state_->done = nullptr;
  state_->client.close();
}

bool KeyFetcher::keep_up(bool unknown_key) {
  State& state = *state_;
  const auto now = steady_clock::now();
  if (state.busy || (state.began && !fetch_due(now - *state.began, state.failed, unknown_key))) return false;
  state.began = now;
  state.busy = true;
  cluster::spawn(state.executor, State::run(state_));
  return true;
}

}  // namespace everynode::webhook
