#include "everynode/inspection/inspector.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <utility>

#include "feeds.hpp"
#include "inspection.hpp"
#include "settings.hpp"

namespace everynode::inspection {
namespace {

using std::chrono::steady_clock;

/// Changes that follow within this time are reported together.
constexpr std::chrono::milliseconds together{100};

cache::Key key_of(const Target& settings, const cluster::Config& config) {
  if (settings.all_namespaces) return {};
  return {.namespace_ = namespace_of(settings, config), .name = settings.name};
}

Failure not_yet(const std::string& address) {
  return {.why = address + ": no answer yet", .chance = Chance::soon};
}

Failure not_found(const cache::Key& key) {
  return {.why = "DaemonSet " + to_text(key) + ": NotFound: daemonsets.apps \"" + key.name + "\" not found",
          .chance = Chance::never};
}

objects::Time now() {
  return std::chrono::time_point_cast<objects::Time::duration>(std::chrono::system_clock::now());
}

bool is_over(const Inspector::Deadline& deadline) {
  return deadline && steady_clock::now() >= *deadline;
}

}  // namespace

Inspector::Inspector(const Target& settings, Mode mode) : Inspector(nullptr, settings, mode) {}

Inspector::Inspector(boost::asio::io_context& loop, const Target& settings)
    : Inspector(&loop, settings, Mode::follow) {}

Inspector::Inspector(boost::asio::io_context* loop, const Target& settings, Mode mode)
    : own_loop_(loop == nullptr ? std::make_unique<boost::asio::io_context>(1) : nullptr),
      loop_(loop == nullptr ? *own_loop_ : *loop),
      config_(configuration(settings)),
      mode_(mode),
      client_(loop_.get_executor(), config_,
              {.user_agent = user_agent(), .plugin = {.attended = somebody_is_there()}, .compression = true}) {
  const Scope scope{.address = address(), .key = key_of(settings, config_), .follows = mode == Mode::follow};
  feeds_ = std::make_unique<Feeds>(loop_.get_executor(), client_, scope);
  feeds_->start();
}

/// The coroutines refer to the other members, so they end first.
Inspector::~Inspector() {
  feeds_->stop();
  client_.close();
  loop_.restart();
  loop_.run();
}

std::string Inspector::address() const {
  return config_.address() + config_.path_prefix;
}

void Inspector::run_until(Deadline deadline) {
  loop_.restart();
  deadline ? loop_.run_one_until(*deadline) : loop_.run_one();
}

/// Returns nullopt when there is a state to return.
std::optional<Failure> Inspector::await(Deadline deadline, bool for_news) {
  while (true) {
    const std::optional<Failure> failure = feeds_->failure();
    const bool news = std::exchange(told_failures_, feeds_->failures()) != feeds_->failures();
    if (failure && (news || is_over(deadline))) {
      in_trouble_ = true;
      return failure;
    }
    if (!failure && feeds_->synced()) {
      if (feeds_->gone()) return not_found(feeds_->scope().key);
      const bool recovered = std::exchange(in_trouble_, false);
      const bool first = !std::exchange(begun_, true);
      const bool changed = feeds_->take_changed() || (for_news && feeds_->has_news());
      if (changed || recovered || first || is_over(deadline)) return std::nullopt;
      if (mode_ == Mode::once) return std::nullopt;
    }
    if (is_over(deadline)) return not_yet(address());
    run_until(deadline);
  }
}

std::expected<std::vector<Inspection>, Failure> Inspector::inspect_all(Deadline deadline) {
  if (auto failure = await(deadline)) return std::unexpected(std::move(*failure));
  if (mode_ == Mode::follow) {
    const auto end = std::min(steady_clock::now() + together, deadline.value_or(steady_clock::time_point::max()));
    while (steady_clock::now() < end) run_until(end);
    static_cast<void>(feeds_->take_changed());
  }
  const Seen seen = feeds_->seen();
  std::vector<Inspection> inspections;
  for (const auto& [key, state] : seen.store.states()) {
    const bool wanted = !feeds_->scope().single() || key == feeds_->scope().key;
    if (wanted) inspections.push_back(inspection_of(seen, key, now()));
  }
  return inspections;
}

std::expected<Inspection, Failure> Inspector::inspect(Deadline deadline) {
  auto inspections = inspect_all(deadline);
  if (!inspections) return std::unexpected(std::move(inspections.error()));
  if (inspections->empty()) return std::unexpected(not_found(feeds_->scope().key));
  return std::move(inspections->front());
}

News Inspector::news(Deadline deadline, std::chrono::milliseconds gather) {
  auto failure = await(deadline, true);
  if (!failure) {
    const auto end = std::min(steady_clock::now() + gather, deadline.value_or(steady_clock::time_point::max()));
    while (steady_clock::now() < end) run_until(end);
  }
  News news = feeds_->synced() ? feeds_->take_news() : News{};
  news.failure = std::move(failure);
  return news;
}

bool Inspector::synced() const {
  return feeds_->synced();
}

bool Inspector::knows(const cache::Key& key) const {
  return feeds_->synced() && feeds_->store().state(key) != nullptr;
}

std::optional<Inspection> Inspector::look(const cache::Key& key) const {
  return knows(key) ? std::optional(inspection_of(feeds_->seen(), key, now())) : std::nullopt;
}

std::optional<Glance> Inspector::glance(const cache::Key& key) const {
  return knows(key) ? std::optional(glance_at(feeds_->seen(), key, now())) : std::nullopt;
}

std::optional<Closeup> Inspector::look_closely(const cache::Key& key, std::string_view node) const {
  return knows(key) ? std::optional(closeup_of(feeds_->seen(), key, node, now())) : std::nullopt;
}

std::optional<Past> Inspector::look_back(const cache::Key& key) const {
  return knows(key) ? std::optional(past_of(feeds_->store(), key)) : std::nullopt;
}

const daemonset::Nodes& Inspector::nodes() const {
  return feeds_->store().nodes();
}

std::vector<cache::Key> Inspector::daemon_sets() const {
  std::vector<cache::Key> keys;
  for (const auto& [key, state] : feeds_->store().states()) keys.push_back(key);
  return keys;
}

std::expected<Trial, Failure> Inspector::try_pod(const Inspection& inspection, const std::string& node) {
  const auto seed = static_cast<std::uint64_t>(steady_clock::now().time_since_epoch().count());
  const auto question = trial_of(inspection.daemon_set, inspection.hash, node, seed);
  if (!question) return std::unexpected(Failure{.why = question.error(), .chance = Chance::never});
  auto asking = boost::asio::co_spawn(loop_, client_.send(*question), boost::asio::use_future);
  while (asking.wait_for(std::chrono::seconds(0)) != std::future_status::ready) run_until(std::nullopt);
  const auto known = feeds_->store().known();
  return judge_trial(address(), inspection.daemon_set, known.get(), *question, asking.get());
}

}  // namespace everynode::inspection
