#include "everynode/inspection/look.hpp"

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <stdexcept>

#include "everynode/daemonset/history.hpp"
#include "everynode/logging/version.hpp"
#include "fetch.hpp"

namespace everynode::inspection {
namespace {

cluster::Config configuration(const LookSettings& settings) {
  const cluster::Choice choice{.kubeconfig = settings.kubeconfig, .overrides = settings.overrides};
  auto config = cluster::load_config(choice, cluster::Environment::of_process());
  if (!config) throw std::runtime_error(config.error());
  return std::move(*config);
}

cache::Key key_of(const LookSettings& settings, const cluster::Config& config) {
  const std::string& fallback = config.namespace_.empty() ? std::string("default") : config.namespace_;
  return {.namespace_ = settings.namespace_.empty() ? fallback : settings.namespace_, .name = settings.name};
}

}  // namespace

Observer::Observer(const LookSettings& settings)
    : config_(configuration(settings)),
      key_(key_of(settings, config_)),
      client_(loop_.get_executor(), config_,
              {.user_agent = "everynode/" + std::string(logging::version()),
               .plugin = {.attended = isatty(STDIN_FILENO) != 0 || isatty(STDERR_FILENO) != 0}}) {}

Sight Observer::look() {
  cache::Store store;
  loop_.restart();
  auto looking = boost::asio::co_spawn(loop_, look_at(client_, key_, store), boost::asio::use_future);
  while (looking.wait_for(std::chrono::seconds(0)) != std::future_status::ready) loop_.run_one();
  if (const std::string problem = looking.get(); !problem.empty()) throw std::runtime_error(problem);

  const cache::View view = store.view(key_);
  const auto now = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  Sight sight{.report = {}, .daemon_set = *view.snapshot.daemon_set, .hash = {}, .revision = 0};
  if (const objects::ControllerRevision* const revision = daemonset::current_revision(view.snapshot)) {
    sight.hash = revision->hash();
    sight.revision = revision->revision;
  }
  sight.report = daemonset::report(daemonset::Situation(view.snapshot, sight.hash, now), store.nodes());
  return sight;
}

}  // namespace everynode::inspection
