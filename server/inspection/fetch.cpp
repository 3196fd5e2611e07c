#include "fetch.hpp"

#include "everynode/objects/objects.hpp"
#include "everynode/protocol/watch_text.hpp"

namespace everynode::inspection {
namespace {

using cluster::Awaitable;

constexpr std::uint32_t page_size = 500;

/// Lists a whole resource, page by page.
template <class Read>
Awaitable<std::string> list_into(cluster::Client& client, kube::Resource resource, std::string namespace_, Read read,
                                 cache::Store& store) {
  codec::Document document;
  codec::Document object_document;
  std::string text;
  std::string problem;
  protocol::ListMeta meta;
  const std::function<void(const protocol::Item&)> take = [&](const protocol::Item& item) {
    auto decoded = read(item.json, object_document);
    if (decoded) return store.put(std::move(*decoded));
    problem = name_of(resource) + " " + std::string(item.meta.name) + ": " + decoded.error();
  };
  do {
    const kube::Request request = kube::list_in(resource, namespace_, page_size, meta.continue_);
    const kube::Outcome outcome = co_await client.send(request);
    if (!outcome || !outcome->ok()) co_return kube::explain(request, outcome);
    meta = {};
    std::string malformed = protocol::read_page(document, outcome->body, text, take, meta);
    if (!malformed.empty()) co_return malformed;
  } while (!meta.continue_.empty() && problem.empty());
  co_return problem;
}

Awaitable<std::string> get_daemon_set(cluster::Client& client, cache::Key key, cache::Store& store) {
  const kube::Request request = kube::get(kube::daemon_sets, key);
  const kube::Outcome outcome = co_await client.send(request);
  if (!outcome || !outcome->ok()) co_return kube::explain(request, outcome);
  codec::Document document;
  auto daemon_set = objects::read_daemon_set(outcome->body, document);
  if (!daemon_set) co_return daemon_set.error();
  store.put(std::move(*daemon_set));
  co_return std::string{};
}

}  // namespace

Awaitable<std::string> look_at(cluster::Client& client, cache::Key key, cache::Store& store) {
  const std::string everywhere;
  std::string problem = co_await get_daemon_set(client, key, store);
  if (problem.empty()) problem = co_await list_into(client, kube::nodes, everywhere, objects::read_node, store);
  if (problem.empty()) {
    problem = co_await list_into(client, kube::controller_revisions, key.namespace_, objects::read_controller_revision,
                                 store);
  }
  if (problem.empty()) {
    problem = co_await list_into(client, kube::pods, key.namespace_, objects::read_daemon_pod, store);
  }
  co_return problem;
}

}  // namespace everynode::inspection
