#include "everynode/cache/load.hpp"

#include "everynode/codec/canonical.hpp"
#include "everynode/objects/objects.hpp"

namespace everynode::cache {
namespace {

template <class Object>
std::string take(std::expected<Object, std::string> object, Store& store, std::size_t& count) {
  if (!object) return object.error();
  store.put(std::move(*object));
  ++count;
  return {};
}

/// The header of an object. An object without a kind leaves `kind` unchanged.
std::string read_header(const std::string& json, codec::Document& document, std::string& kind,
                        std::vector<std::string>& items) {
  return document.read(json, [&](codec::JsonValue root) {
    const auto keep_item = [&](codec::JsonValue item) {
      std::string_view text;
      codec::read_raw(item, text);
      items.emplace_back(text);
    };
    codec::read_fields(root, codec::field<"kind">(kind), codec::visit_each<"items">(keep_item));
  });
}

/// The program that printed the snapshot has reformatted the data, so only its canonical form can be compared.
std::expected<objects::ControllerRevision, std::string> read_revision(const std::string& json,
                                                                      codec::Document& document) {
  auto revision = objects::read_controller_revision(json, document);
  if (!revision) return revision;
  auto data = codec::canonical_json(revision->data);
  if (!data) return std::unexpected("data: " + data.error());
  revision->data = std::move(*data);
  return revision;
}

std::string load_object(const std::string& json, const std::string& kind, codec::Document& document, Store& store,
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

/// Loads an object; it has this kind unless it names one itself. Loads the items of a List one after the other.
std::string load_any(const std::string& json, std::string kind, Store& store, Loaded& loaded) {
  codec::Document document;
  std::vector<std::string> items;
  std::string problem = read_header(json, document, kind, items);
  if (!problem.empty()) return problem;
  if (!is_list(kind)) return load_object(json, kind, document, store, loaded);
  // The items of a DaemonSetList do not repeat their kind.
  const std::string item_kind = kind == "List" ? std::string{} : kind.substr(0, kind.size() - 4);
  for (std::size_t i = 0; i < items.size(); ++i) {
    problem = load_any(items[i], item_kind, store, loaded);
    if (!problem.empty()) return "items[" + std::to_string(i) + "]: " + problem;
  }
  return {};
}

}  // namespace

std::string load(const std::string& json, Store& store, Loaded& loaded) {
  return load_any(json, {}, store, loaded);
}

}  // namespace everynode::cache
