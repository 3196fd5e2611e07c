#include "everynode/inspection/names.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <stdexcept>

#include "everynode/codec/document.hpp"
#include "everynode/logging/version.hpp"
#include "everynode/objects/validation.hpp"
#include "everynode/protocol/watch_text.hpp"

namespace everynode::inspection {
namespace {

constexpr std::uint32_t most = 500;

std::vector<std::string> names_in(const std::string& body) {
  std::vector<std::string> names;
  codec::Document document;
  std::string text;
  const auto take = [&](const protocol::Item& item) {
    if (objects::is_subdomain(item.meta.name)) names.emplace_back(item.meta.name);
  };
  const auto page = protocol::read_page(body, take, document, text);
  if (!page) throw std::runtime_error(page.error().text());
  return names;
}

std::string chosen_namespace(const Target& settings, const cluster::Config& config) {
  if (!settings.namespace_.empty()) return settings.namespace_;
  return config.namespace_.empty() ? "default" : config.namespace_;
}

}  // namespace

std::vector<std::string> names(const Target& settings, const kube::Resource& resource, bool in_namespace,
                               std::chrono::seconds patience) {
  auto config = cluster::load_config({.kubeconfig = settings.kubeconfig, .overrides = settings.overrides},
                                     cluster::Environment::of_process());
  if (!config) throw std::runtime_error(config.error());
  const std::string namespace_ = in_namespace ? chosen_namespace(settings, *config) : "";
  const kube::Request request = kube::list({resource, namespace_}, most, "");
  boost::asio::io_context loop(1);
  cluster::Client client(loop.get_executor(), std::move(*config),
                         {.request_timeout = patience,
                          .user_agent = "everynode/" + std::string(logging::version()),
                          .plugin = {.attended = false, .patience = patience}});
  auto asking = boost::asio::co_spawn(loop, client.send(request), boost::asio::use_future);
  while (asking.wait_for(std::chrono::seconds(0)) != std::future_status::ready) loop.run_one();
  const kube::Outcome outcome = asking.get();
  if (!outcome || !outcome->ok()) throw std::runtime_error(kube::explain(request, outcome));
  return names_in(outcome->body);
}

}  // namespace everynode::inspection
