#include "everynode/cache/load.hpp"

#include "everynode/codec/canonical.hpp"
#include "everynode/objects/objects.hpp"

namespace everynode::cache {
namespace {

using Done = std::expected<void, codec::Mistake>;

template <class Object>
Done take(std::expected<Object, codec::Mistake> object, Store& store, std::size_t& count) {
  if (!object) return std::unexpected(std::move(object.error()));
  store.put(std::move(*object));
  ++count;
  return {};
}

struct Header {
  std::string kind;
  std::vector<std::string> items;  ///< their JSON texts
};

/// The header of an object, which has this kind unless it names one itself.
std::expected<Header, codec::Mistake> read_header(const std::string& json, codec::Document& document,
                                                  std::string kind) {
  Header header{.kind = std::move(kind), .items = {}};
  auto whole = document.read(json, [&](codec::JsonValue root) {
    const auto keep_item = [&](codec::JsonValue item) {
      std::string_view text;
      codec::read_raw(item, text);
      header.items.emplace_back(text);
    };
    codec::read_fields(root, codec::field<"kind">(header.kind), codec::visit_each<"items">(keep_item));
  });
  if (!whole) return std::unexpected(std::move(whole.error()));
  return header;
}

/// The program that printed the snapshot has reformatted the data, so only its canonical form can be compared.
std::expected<objects::ControllerRevision, codec::Mistake> read_revision(const std::string& json,
                                                                         codec::Document& document) {
  auto revision = objects::read_controller_revision(json, document);
  if (!revision) return revision;
  auto data = codec::canonical_json(revision->data);
  if (!data) return std::unexpected(std::move(data.error()).inside("data"));
  revision->data = std::move(*data);
  return revision;
}

Done load_object(const std::string& json, const std::string& kind, codec::Document& document, Store& store,
                 Loaded& loaded) {
  if (kind == "Node") return take(objects::read_node(json, document), store, loaded.nodes);
  if (kind == "Pod") return take(objects::read_daemon_pod(json, document), store, loaded.pods);
  if (kind == "DaemonSet") return take(objects::read_daemon_set(json, document), store, loaded.daemon_sets);
  if (kind == "ControllerRevision") return take(read_revision(json, document), store, loaded.revisions);
  if (kind == "RolloutPolicy") return take(objects::read_rollout_policy(json, document), store, loaded.policies);
  ++loaded.others;
  return {};
}

bool is_list(std::string_view kind) {
  return kind.ends_with("List");
}

/// Loads an object, or the items of a List one after the other.
Done load_any(const std::string& json, std::string kind, Store& store, Loaded& loaded) {
  codec::Document document;
  auto header = read_header(json, document, std::move(kind));
  if (!header) return std::unexpected(std::move(header.error()));
  const auto& [own_kind, items] = *header;
  if (!is_list(own_kind)) return load_object(json, own_kind, document, store, loaded);
  // The items of a DaemonSetList do not repeat their kind.
  const std::string item_kind = own_kind == "List" ? std::string{} : own_kind.substr(0, own_kind.size() - 4);
  for (std::size_t i = 0; i < items.size(); ++i) {
    auto done = load_any(items[i], item_kind, store, loaded);
    if (!done) return std::unexpected(std::move(done.error()).inside("items[" + std::to_string(i) + "]"));
  }
  return {};
}

}  // namespace

std::expected<void, codec::Mistake> load(const std::string& json, Store& store, Loaded& loaded) {
  return load_any(json, {}, store, loaded);
}

}  // namespace everynode::cache
