#include "callers.hpp"

#include <stdexcept>
#include <utility>

#include "everynode/logging/log.hpp"
#include "everynode/net/tls.hpp"

namespace everynode::webhook {
namespace {

cluster::Config configuration(const std::filesystem::path& kubeconfig) {
  const cluster::Choice choice{.kubeconfig = kubeconfig, .overrides = {}, .order = cluster::Order::pod_first};
  auto config = cluster::load_config(choice, cluster::Environment::of_process());
  if (!config) throw std::runtime_error("the keys of tokens cannot be fetched: " + config.error());
  return std::move(*config);
}

}  // namespace

Callers::Callers(const boost::asio::any_io_executor& control, const WebhookSettings& settings, Metrics& metrics)
    : settings_(settings.callers),
      metrics_(metrics),
      policy_{.certificates = !settings_.client_ca.empty(),
              .names = settings_.client_names,
              .tokens = !settings_.tokens.audiences.empty()} {
  if (policy_.certificates) {
    begin({.what = "client-ca",
           .flag = "--tls-client-ca-file",
           .path = settings_.client_ca,
           .put_in_force = [this](const std::string& pem) { return use_authorities(pem); }});
  }
  if (!policy_.tokens) return;
  if (!settings_.token_keys.empty()) {
    begin({.what = "token-keys",
           .flag = "--token-keys-file",
           .path = settings_.token_keys,
           .put_in_force = [this](const std::string& jwks) { return use_keys(jwks, settings_.tokens.issuer); }});
    return;
  }
  fetcher_ = std::make_unique<KeyFetcher>(control, configuration(settings.kubeconfig), settings_.tokens.issuer.empty(),
                                          [this](const FetchedKeys& keys) { fetched(keys); });
}

net::Gate Callers::make_gate() {
  if (!asks()) return {};
  const auto known = std::make_shared<authentication::KnownTokens>();
  return [this, known](const http::Head& head) -> std::optional<net::Refusal> {
    using authentication::Outcome;
    if (head.path() != "/mutate") return std::nullopt;
    const auto verdict = authentication::judge(head, policy_, trust_.load(), net::seconds_now(), *known);
    metrics_.caller(verdict.credential, verdict.outcome);
    if (verdict.allowed()) return std::nullopt;
    if (verdict.outcome == Outcome::unknown_key) unknown_key_ = true;
    return net::Refusal{.reason = name_of(verdict.outcome), .response = authentication::refusal(verdict, policy_)};
  };
}

void Callers::keep_up() {
  for (WatchedFile& file : files_) keep_up(file);
  if (fetcher_ && fetcher_->keep_up(unknown_key_)) unknown_key_ = false;
}

std::optional<std::expected<void, std::string>> Callers::keys() const {
  if (!policy_.tokens) return std::nullopt;
  return trust_.load() == nullptr ? keys_ : InForce();
}

Callers::InForce Callers::load(const WatchedFile& file) {
  const auto text = files::read_file(file.path);
  if (!text) return std::unexpected(text.error());
  const InForce loaded = file.put_in_force(*text);
  return loaded ? loaded : std::unexpected(file.path.string() + ": " + loaded.error());
}

void Callers::begin(WatchedFile file) {
  if (const InForce loaded = load(file); !loaded)
    throw std::runtime_error(std::string(file.flag) + ": " + loaded.error());
  files_.push_back(std::move(file));
}

void Callers::keep_up(WatchedFile& file) {
  const bool changed = file.changes.changed();
  if (!changed && file.loaded) return;
  InForce loaded = load(file);
  if (changed) file.loaded = {};  // the same problem of another text is news
  if (changed || loaded != file.loaded) metrics_.reload(file.what, loaded.has_value());
  tell(file.what, loaded, file.loaded);
  file.loaded = std::move(loaded);
}

Callers::InForce Callers::use_authorities(const std::string& pem) {
  const auto count = authorities_.exchange(pem, net::seconds_now());
  if (!count) return std::unexpected(count.error());
  logging::info("CAs of clients in force",
                {{"file", settings_.client_ca.native()}, {"certificates", static_cast<std::int64_t>(*count)}});
  return {};
}

/// The same keys stay in force, because with others each token is verified again.
Callers::InForce Callers::use_keys(const std::string& jwks, const std::string& issuer) {
  const auto before = trust_.load();
  if (before != nullptr && jwks == keys_text_ && issuer == before->policy.issuer) return {};
  auto keys = authentication::Keys::read(jwks);
  if (!keys) return std::unexpected("no JSON Web Key Set that we can use: " + keys.error().text());
  const auto count = static_cast<std::int64_t>(keys->size());
  authentication::TokenPolicy policy = settings_.tokens;
  policy.issuer = issuer;
  trust_ = std::make_shared<const authentication::TokenTrust>(
      authentication::TokenTrust{.keys = std::move(*keys), .policy = std::move(policy)});
  keys_text_ = jwks;
  logging::info("keys of tokens in force", {{"issuer", issuer}, {"keys", count}});
  return {};
}

void Callers::fetched(const FetchedKeys& keys) {
  const std::string& configured = settings_.tokens.issuer;
  const auto before = trust_.load();
  InForce now = std::unexpected(keys ? std::string() : keys.error());
  if (keys) now = use_keys(keys->jwks, configured.empty() ? keys->issuer : configured);
  const bool news = now != keys_ || trust_.load() != before;
  if (news) metrics_.reload("token-keys", now.has_value());
  tell("token-keys", now, keys_);
  keys_ = std::move(now);
}

/// Logs a problem that is news; what was in force before stays so.
void Callers::tell(std::string_view what, const InForce& now, const InForce& before) {
  if (now || now == before) return;
  logging::error("CAs or keys of clients cannot be used; those before stay in force",
                 {{"what", what}, {"problem", now.error()}});
}

}  // namespace everynode::webhook
