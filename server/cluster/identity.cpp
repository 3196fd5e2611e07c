#include "identity.hpp"

#include <stdexcept>
#include <utility>

#include "credential_plugin.hpp"
#include "everynode/cluster/spawn.hpp"
#include "everynode/net/as_result.hpp"
#include "origin.hpp"

namespace everynode::cluster {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr std::chrono::seconds between_checks{1};

std::shared_ptr<const net::Origin> usable_origin(const Config& config) {
  auto origin = origin_of(config);
  if (!origin) throw std::invalid_argument(config.source + ": " + origin.error());
  return std::make_shared<const net::Origin>(std::move(*origin));
}

bool same_pems(const Config& left, const Config& right) {
  return left.authority.text == right.authority.text && left.client_certificate.text == right.client_certificate.text &&
         left.client_key.text == right.client_key.text;
}

}  // namespace

Identity::Identity(asio::any_io_executor executor, Config config, PluginOptions plugin)
    : executor_(executor),
      config_(std::move(config)),
      plugin_(plugin),
      origin_(usable_origin(config_)),
      pems_({config_.authority.file, config_.client_certificate.file, config_.client_key.file}),
      token_file_(config_),
      token_(config_.token),
      plugin_ended_(executor, steady_clock::time_point::max()) {}

Awaitable<std::expected<Pass, std::string>> Identity::pass(std::shared_ptr<Identity> self) {
  const auto now = steady_clock::now();
  self->check_files(now);
  self->read_token(now);
  if (!self->wants_plugin()) co_return self->current();
  if (!std::exchange(self->plugin_runs_, true)) spawn(self->executor_, self->run_plugin());
  while (self->plugin_runs_) co_await self->plugin_ended_.async_wait(net::as_result);
  if (!self->plugin_result_) co_return std::unexpected(self->plugin_result_.error());
  co_return self->current();
}

void Identity::doubt(std::uint64_t issue) {
  if (issue != issue_) return;
  token_file_.doubt();
  credential_.reset();
  pems_checked_ = Steady::min();
}

/// Files without a name never change.
void Identity::check_files(Steady now) {
  if (now < pems_checked_ + between_checks) return;
  pems_checked_ = now;
  pems_stale_ = pems_.changed() || pems_stale_;
  if (pems_stale_) read_files_again();
}

/// A program writes certificate and key one after the other. Until they belong together again, the old pair stays in
/// force, and the next check tries again.
void Identity::read_files_again() {
  if (!config_.tls) return;
  problem_.clear();
  auto fresh = read_pems(config_);
  if (!fresh) {
    problem_ = std::move(fresh.error());
    return;
  }
  if (same_pems(*fresh, config_)) {
    pems_stale_ = false;
    return;
  }
  auto origin = origin_of(*fresh);
  if (!origin) {
    problem_ = std::move(origin.error());
    return;
  }
  config_ = std::move(*fresh);
  origin_ = std::make_shared<const net::Origin>(std::move(*origin));
  pems_stale_ = false;
  ++issue_;
}

void Identity::read_token(Steady now) {
  if (config_.token_file.empty()) return;
  const std::string& token = token_file_.at(now);
  if (token == token_) return;
  token_ = token;
  ++issue_;
}

/// A plugin's certificate may expire before the plugin's credentials do, or the plugin names no expiry.
bool Identity::wants_plugin() const {
  if (!config_.exec) return false;
  if (!credential_) return true;
  const auto now = std::chrono::floor<std::chrono::seconds>(system_clock::now());
  if (credential_->expires && now >= *credential_->expires) return true;
  return !credential_->certificate.empty() && now >= origin_->tls->expires();
}

Awaitable<void> Identity::run_plugin() {
  const auto self = shared_from_this();
  auto credential = co_await run_credential_plugin(executor_, config_, plugin_);
  plugin_result_ = take(std::move(credential));
  plugin_runs_ = false;
  plugin_ended_.cancel();
}

std::expected<void, std::string> Identity::take(std::expected<kubeconfig::ExecCredential, std::string> credential) {
  if (!credential) return std::unexpected(std::move(credential.error()));
  if (credential->certificate != config_.client_certificate.text || credential->key != config_.client_key.text) {
    Config fresh = config_;
    fresh.client_certificate.text = credential->certificate;
    fresh.client_key.text = credential->key;
    auto origin = origin_of(fresh);
    if (!origin) {
      return std::unexpected(config_.exec->place + ": what \"" + config_.exec->command + "\" gave: " + origin.error());
    }
    config_ = std::move(fresh);
    origin_ = std::make_shared<const net::Origin>(std::move(*origin));
  }
  token_ = credential->token;
  credential_ = std::move(*credential);
  ++issue_;
  return {};
}

Pass Identity::current() const {
  Pass pass{.headers = kubeconfig::headers_of(config_.impersonation), .origin = origin_, .issue = issue_};
  if (!token_.empty()) {
    pass.headers.push_back({"Authorization", "Bearer " + token_});
  } else if (!config_.username.empty()) {
    pass.headers.push_back({"Authorization", http::basic_authorization(config_.username, config_.password)});
  }
  return pass;
}

}  // namespace everynode::cluster
