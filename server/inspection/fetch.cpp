#include "fetch.hpp"

#include "everynode/objects/objects.hpp"
#include "everynode/protocol/watch_text.hpp"

namespace everynode::inspection {
namespace {

using cluster::Awaitable;
using Problem = std::optional<Failure>;

constexpr std::uint32_t page_size = 500;
constexpr unsigned forbidden = 403;

/// What one look needs from start to end.
class Fetch {
 public:
  Fetch(cluster::Client& client, Place place, cache::Store& store)
      : client_(client), place_(std::move(place)), store_(store) {}

  Awaitable<std::expected<Beside, Failure>> run() {
    Problem problem = co_await get_daemon_set();
    if (!problem) problem = co_await list_nodes();
    if (!problem) {
      const std::string& home = place_.key.namespace_;
      problem = co_await list_into(kube::controller_revisions, home, objects::read_controller_revision);
      if (!problem) problem = co_await list_into(kube::pods, home, objects::read_daemon_pod);
    }
    if (problem) co_return std::unexpected(std::move(*problem));
    co_return std::move(beside_);
  }

 private:
  Awaitable<Problem> get_daemon_set() {
    const kube::Request request = kube::get(kube::daemon_sets, place_.key);
    const kube::Outcome outcome = co_await client_.send(request);
    if (!outcome || !outcome->ok()) co_return failure_of(place_.address, request, outcome);
    codec::Document document;
    auto daemon_set = objects::read_daemon_set(outcome->body, document);
    if (!daemon_set) co_return unreadable(place_.address, request, *outcome, daemon_set.error());
    store_.put(std::move(*daemon_set));
    co_return std::nullopt;
  }

  Awaitable<Problem> list_nodes() {
    const auto read = [this](const std::string& json, codec::Document& document) {
      auto node = objects::read_node(json, document);
      if (!node) return node;
      const auto readiness = objects::read_node_readiness(json, document);
      if (readiness && !readiness->ready) beside_.not_ready.emplace(node->name, readiness->since);
      return node;
    };
    const std::string everywhere;
    Problem problem = co_await list_into(kube::nodes, everywhere, read);
    if (!problem || last_status_ != forbidden) co_return problem;
    beside_.unseen_nodes = std::move(problem->why);
    co_return std::nullopt;
  }

  /// Lists a whole resource, page by page.
  template <class Read>
  Awaitable<Problem> list_into(kube::Resource resource, std::string namespace_, Read read) {
    codec::Document document;
    codec::Document object_document;
    std::string text;
    std::string unread;
    protocol::ListMeta meta;
    const std::function<void(const protocol::Item&)> take = [&](const protocol::Item& item) {
      auto decoded = read(item.json, object_document);
      if (decoded) return store_.put(std::move(*decoded));
      unread = std::string(item.meta.name) + ": " + decoded.error();
    };
    do {
      const kube::Request request = kube::list_in(resource, namespace_, page_size, meta.continue_);
      const kube::Outcome outcome = co_await client_.send(request);
      last_status_ = outcome ? outcome->status : 0;
      if (!outcome || !outcome->ok()) co_return failure_of(place_.address, request, outcome);
      meta = {};
      std::string problem = protocol::read_page(document, outcome->body, text, take, meta);
      if (problem.empty()) problem = unread;
      if (!problem.empty()) co_return unreadable(place_.address, request, *outcome, problem);
    } while (!meta.continue_.empty());
    co_return std::nullopt;
  }

  cluster::Client& client_;
  Place place_;
  cache::Store& store_;
  Beside beside_;
  unsigned last_status_ = 0;  ///< 0: no answer
};

}  // namespace

Awaitable<std::expected<Beside, Failure>> fetch(cluster::Client& client, Place place, cache::Store& store) {
  Fetch fetch(client, std::move(place), store);
  co_return co_await fetch.run();
}

}  // namespace everynode::inspection
