#include "everynode/cluster/certificate_loop.hpp"

#include <algorithm>
#include <exception>
#include <type_traits>
#include <utility>

#include "certificate_material.hpp"
#include "everynode/cluster/spawn.hpp"
#include "everynode/net/as_result.hpp"

namespace everynode::cluster {
namespace {

namespace asio = boost::asio;
using Steady = std::chrono::steady_clock;
using Duration = Steady::duration;

/// Another program may undo our write: without the caBundle pods are admitted without us.
constexpr std::chrono::seconds check_period{10};
/// For a configuration that does not exist yet, e.g. because Helm creates it last.
constexpr std::chrono::seconds absent_period{2};
constexpr std::chrono::seconds retry_period{5};
constexpr std::chrono::milliseconds conflict_pause{200};

std::chrono::sys_seconds wall_time() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

net::Lifetime to_lifetime(const protocol::Validity& validity) {
  return {.not_before = validity.not_before, .not_after = validity.not_after};
}

std::unexpected<std::string> foreign(const kube::ObjectKey& key) {
  return std::unexpected(
      "the Secret " + to_text(key) +
      " has content that we did not write, which stays as it is: name another Secret, or remove its data");
}

/// What `fetch` got, read; a fresh object if there is none.
template <class Read>
auto read_fetched(std::expected<std::optional<std::string>, std::string> json, const Read& read)
    -> std::expected<typename std::invoke_result_t<Read, const std::string&>::value_type, std::string> {
  if (!json) return std::unexpected(std::move(json.error()));
  if (!*json) return {};
  auto object = read(**json);
  if (!object) return std::unexpected(object.error().text());
  return std::move(*object);
}

}  // namespace

kube::ObjectKey CertificateNames::authority() const {
  return {.namespace_ = secret.namespace_, .name = secret.name + "-ca"};
}

std::string CertificateNames::dns_name() const {
  return service.name + "." + service.namespace_ + ".svc";
}

CertificateLoop::CertificateLoop(const asio::any_io_executor& executor, Client& client, CertificateNames names,
                                 protocol::CertificateSettings settings, CertificateObserver observer)
    : executor_(executor),
      client_(client),
      names_(std::move(names)),
      settings_(settings),
      observer_(std::move(observer)),
      wake_(executor) {}

void CertificateLoop::lead(std::function<bool()> may_act) {
  may_act_ = std::move(may_act);
  if (!std::exchange(running_, true)) spawn(executor_, run());
}

void CertificateLoop::stop() {
  running_ = false;
  wake_.cancel();
}

Awaitable<void> CertificateLoop::run() {
  while (running_) {
    busy_ = true;
    const Duration pause = co_await turn();
    busy_ = false;
    if (!running_) break;
    wake_.expires_after(pause);
    co_await wake_.async_wait(net::as_result);
  }
}

Awaitable<Duration> CertificateLoop::turn() {
  auto objects = co_await look();
  if (!objects) co_return failed(std::move(objects.error()));
  if (auto usable = check(*objects); !usable) co_return failed(std::move(usable.error()));
  CertificateMaterial material(*objects, names_.dns_name());
  protocol::CertificateState state = material.state();
  state.announced = announced_for(state);
  const auto expiry = [](const auto& one) { return one.validity.not_after; };
  std::optional<std::chrono::sys_seconds> authority_end;
  std::optional<std::chrono::sys_seconds> leaf_end;
  if (state.signer) authority_end = expiry(*state.signer);
  if (state.leaf) leaf_end = expiry(*state.leaf);
  observer_.checked(authority_end, leaf_end);
  const auto now = wall_time();
  protocol::CertificateStep step = protocol::next_step(settings_, state, now);
  if (const auto* wait = std::get_if<protocol::WaitUntil>(&step)) {
    problem_.clear();
    const bool absent = objects->configuration.resource_version.empty();
    const std::chrono::seconds longest = absent ? absent_period : check_period;
    // Clamps in seconds: the end of a certificate without an end does not fit into nanoseconds.
    const auto pause = std::clamp<std::chrono::seconds>(wait->time - now, std::chrono::seconds{1}, longest);
    co_return Duration(pause);
  }
  co_return co_await act(std::move(step), std::move(*objects), std::move(material));
}

/// Reads the configuration first. If the Secrets we read are older than a caBundle that another loop has announced, the
/// configuration has changed since we read it, and the API server refuses our write.
Awaitable<std::expected<CertificateObjects, std::string>> CertificateLoop::look() {
  codec::Document document;
  const auto read_configuration = [&](const std::string& json) {
    return protocol::read_webhook_configuration(json, names_.service, document);
  };
  const auto read_secret = [&](const std::string& json) { return protocol::read_secret(json, document); };
  const kube::ObjectKey key(std::string(), names_.webhook);
  auto json = co_await fetch(kube::get(kube::mutating_webhook_configurations, key));
  auto configuration = read_fetched(std::move(json), read_configuration);
  if (!configuration) co_return std::unexpected(std::move(configuration.error()));
  json = co_await fetch(kube::get(kube::secrets, names_.authority()));
  auto authority = read_fetched(std::move(json), read_secret);
  if (!authority) co_return std::unexpected(std::move(authority.error()));
  json = co_await fetch(kube::get(kube::secrets, names_.secret));
  auto leaf = read_fetched(std::move(json), read_secret);
  if (!leaf) co_return std::unexpected(std::move(leaf.error()));
  co_return CertificateObjects(std::move(*authority), std::move(*leaf), std::move(*configuration));
}

Awaitable<std::expected<std::optional<std::string>, std::string>> CertificateLoop::fetch(kube::Request request) {
  kube::Outcome outcome = co_await client_.send(request);
  if (outcome && outcome->status == 404) co_return std::nullopt;
  if (!outcome || !outcome->ok()) co_return std::unexpected(kube::explain(request, outcome));
  co_return std::move(outcome->body);
}

std::expected<void, std::string> CertificateLoop::check(const CertificateObjects& objects) const {
  if (objects.authority.is_foreign()) return foreign(names_.authority());
  if (objects.leaf.is_foreign()) return foreign(names_.secret);
  if (!objects.configuration.resource_version.empty() && objects.configuration.clients.empty()) {
    return std::unexpected("the MutatingWebhookConfiguration " + names_.webhook +
                           " has no webhook that calls the Service " + to_text(names_.service));
  }
  return {};
}

/// Measured on our own clock since we saw the announcement: the next leader waits anew.
std::chrono::seconds CertificateLoop::announced_for(const protocol::CertificateState& state) {
  if (!state.signer || !protocol::announces(state.bundles, state.signer->id)) {
    announced_.clear();
    return std::chrono::seconds{0};
  }
  const auto now = Steady::now();
  if (std::exchange(announced_, state.signer->id) != state.signer->id) announced_since_ = now;
  return std::chrono::floor<std::chrono::seconds>(now - announced_since_);
}

Awaitable<Duration> CertificateLoop::act(protocol::CertificateStep step, CertificateObjects objects,
                                         CertificateMaterial material) {
  kube::Request request;
  std::string problem;
  try {
    request = request_of(step, objects, material);
  } catch (const std::exception& error) {
    problem = error.what();
  }
  if (!problem.empty()) co_return failed(std::move(problem));
  if (!running_ || !may_act_()) co_return retry_period;
  const kube::Outcome outcome = co_await client_.send(request);
  if (!outcome || !outcome->ok()) co_return refused(request, outcome);
  problem_.clear();
  report(step, objects.configuration.clients.size());
  co_return Duration::zero();
}

kube::Request CertificateLoop::request_of(const protocol::CertificateStep& step, const CertificateObjects& objects,
                                          const CertificateMaterial& material) const {
  if (const auto* make = std::get_if<protocol::MakeAuthority>(&step)) {
    const net::KeyPair authority = net::make_authority(to_lifetime(make->validity));
    return protocol::write_secret(names_.authority(), objects.authority,
                                  authority_data(authority, material.pem_of(make->keep)));
  }
  if (const auto* write = std::get_if<protocol::WriteBundles>(&step)) {
    return protocol::write_bundles(names_.webhook, objects.configuration, material.pem_of(write->trust));
  }
  const auto& issue = std::get<protocol::IssueLeaf>(step);
  const net::KeyPair leaf = net::issue(material.signer(), names_.dns_name(), to_lifetime(issue.validity));
  return protocol::write_secret(names_.secret, objects.leaf, leaf_data(leaf, material.pem_of(issue.trust)));
}

Duration CertificateLoop::refused(const kube::Request& request, const kube::Outcome& outcome) {
  // Another process wrote between our read and our write: its version decides.
  if (outcome && outcome->status == 409) return conflict_pause;
  std::string problem = kube::explain(request, outcome);
  if (outcome && outcome->status == 403 && request.verb == kube::Verb::create) {
    problem += "; or create the Secrets " + to_text(names_.secret) + " and " + names_.authority().name +
               " empty, as the Helm chart does";
  }
  return failed(std::move(problem));
}

Duration CertificateLoop::failed(std::string problem) {
  if (!running_) return retry_period;  // work that was given up at the end is not a problem
  announced_.clear();                  // meanwhile the announcement may have been undone
  if (problem == problem_) return retry_period;
  problem_ = std::move(problem);
  observer_.failed(problem_);
  return retry_period;
}

void CertificateLoop::report(const protocol::CertificateStep& step, std::size_t webhooks) {
  if (const auto* made = std::get_if<protocol::MakeAuthority>(&step))
    observer_.made_authority(made->validity.not_after);
  if (const auto* wrote = std::get_if<protocol::WriteBundles>(&step)) {
    observer_.wrote_bundles(wrote->trust.size(), webhooks);
    if (std::exchange(written_trust_, wrote->trust) == wrote->trust) observer_.bundles_undone();
  }
  if (const auto* issued = std::get_if<protocol::IssueLeaf>(&step)) observer_.issued(issued->validity.not_after);
}

}  // namespace everynode::cluster
