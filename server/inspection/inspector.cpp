#include "everynode/inspection/inspector.hpp"

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <stdexcept>
#include <vector>

#include "everynode/daemonset/history.hpp"
#include "everynode/logging/version.hpp"
#include "fetch.hpp"

namespace everynode::inspection {
namespace {

cluster::Config configuration(const Target& settings) {
  const cluster::Choice choice{.kubeconfig = settings.kubeconfig, .overrides = settings.overrides};
  auto config = cluster::load_config(choice, cluster::Environment::of_process());
  if (!config) throw std::runtime_error(config.error());
  return std::move(*config);
}

cache::Key key_of(const Target& settings, const cluster::Config& config) {
  const std::string& fallback = config.namespace_.empty() ? std::string("default") : config.namespace_;
  return {.namespace_ = settings.namespace_.empty() ? fallback : settings.namespace_, .name = settings.name};
}

Failure given_up(const std::string& address) {
  return {.why = address + ": it did not answer before the time was over", .chance = Chance::later};
}

/// Who may not list nodes knows those that have a pod; whether they should have it, nobody can tell.
std::vector<daemonset::DaemonNode> nodes_with_pods(const daemonset::Snapshot& snapshot) {
  std::vector<daemonset::DaemonNode> nodes(snapshot.nodes.begin(), snapshot.nodes.end());
  for (daemonset::DaemonNode& node : nodes) {
    node.exists = true;
    node.placement = {.should_run = true, .should_continue = true};
  }
  return nodes;
}

Inspection inspection_of(const cache::View& view, const daemonset::Nodes& nodes, Beside beside) {
  const auto now = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  Inspection inspection{.report = {},
                        .daemon_set = *view.snapshot.daemon_set,
                        .hash = {},
                        .revision = 0,
                        .unseen_nodes = std::move(beside.unseen_nodes)};
  if (const objects::ControllerRevision* const revision = daemonset::current_revision(view.snapshot)) {
    inspection.hash = revision->hash();
    inspection.revision = revision->revision;
  }
  daemonset::Snapshot snapshot = view.snapshot;
  const bool blind = !inspection.unseen_nodes.empty();
  const auto inhabited = blind ? nodes_with_pods(snapshot) : std::vector<daemonset::DaemonNode>{};
  if (blind) snapshot.nodes = inhabited;
  inspection.report = daemonset::report(daemonset::Situation(snapshot, inspection.hash, now), nodes, beside.not_ready);
  if (blind) {  // the status knows how many they should be
    inspection.report.desired = inspection.daemon_set.status.desired_number_scheduled;
    inspection.report.counters.desired_number_scheduled = inspection.report.desired;
  }
  return inspection;
}

}  // namespace

Inspector::Inspector(const Target& settings)
    : config_(configuration(settings)),
      key_(key_of(settings, config_)),
      client_(loop_.get_executor(), config_,
              {.user_agent = "everynode/" + std::string(logging::version()),
               .plugin = {.attended = isatty(STDIN_FILENO) != 0 || isatty(STDERR_FILENO) != 0}}) {}

std::expected<Inspection, Failure> Inspector::inspect(Deadline deadline) {
  using std::chrono::steady_clock;
  store_ = {};
  loop_.restart();
  const Place place{.address = config_.address() + config_.path_prefix, .key = key_};
  auto fetching = boost::asio::co_spawn(loop_, fetch(client_, place, store_), boost::asio::use_future);
  const auto over = [&] { return deadline && steady_clock::now() >= *deadline; };
  while (fetching.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    if (over()) return std::unexpected(given_up(place.address));
    deadline ? loop_.run_one_until(*deadline) : loop_.run_one();
  }
  auto beside = fetching.get();
  if (!beside) return std::unexpected(std::move(beside.error()));
  return inspection_of(store_.view(key_), store_.nodes(), std::move(*beside));
}

bool Inspection::rolled_out() const {
  return daemonset::status_is_complete(daemon_set) && report.complete();
}

}  // namespace everynode::inspection
