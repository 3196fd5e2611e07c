#include "everynode/cache/load.hpp"

#include <array>

#include "everynode/codec/canonical.hpp"
#include "everynode/objects/objects.hpp"

namespace everynode::cache {
namespace {

using codec::Reader;

template <class Object>
std::string take(std::expected<Object, std::string> object, Store& store) {
  if (!object) return object.error();
  store.put(std::move(*object));
  return {};
}

/// What an object says of itself. A kind that it does not say is left as it was.
std::string read_header(const std::string& json, codec::Document& document, std::string& kind,
                        std::vector<std::string>& items) {
  constexpr std::array<std::string_view, 2> names{"kind", "items"};
  return document.read(json, [&](Reader& reader, Reader::Element root) {
    reader.object(root, names, [&](std::size_t name, Reader::Element member) {
      if (name == 0) return reader.read(member, kind);
      reader.array(member, [&](Reader::Element element) {
        std::string_view text;
        reader.raw(element, text);
        items.emplace_back(text);
      });
    });
  });
}

/// Whoever printed the snapshot laid the data out anew; only its canonical form can be compared.
std::string load_revision(const std::string& json, codec::Document& document, Store& store) {
  auto revision = objects::read_controller_revision(json, document);
  if (!revision) return revision.error();
  auto data = codec::canonical_json(revision->data);
  if (!data) return "data: " + data.error();
  revision->data = std::move(*data);
  store.put(std::move(*revision));
  return {};
}

std::string load_object(const std::string& json, const std::string& kind, codec::Document& document, Store& store) {
  if (kind == "Node") return take(objects::read_node(json, document), store);
  if (kind == "Pod") return take(objects::read_daemon_pod(json, document), store);
  if (kind == "DaemonSet") return take(objects::read_daemon_set(json, document), store);
  if (kind == "ControllerRevision") return load_revision(json, document, store);
  return {};
}

bool is_list(std::string_view kind) {
  return kind.ends_with("List");
}

}  // namespace

std::string load(const std::string& json, Store& store) {
  codec::Document document;
  std::string list_kind;
  std::vector<std::string> items;
  std::string problem = read_header(json, document, list_kind, items);
  if (!problem.empty()) return problem;
  if (!is_list(list_kind)) return load_object(json, list_kind, document, store);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string place = "items[" + std::to_string(i) + "]: ";
    std::vector<std::string> none;
    // The items of a DaemonSetList do not repeat their kind.
    std::string kind = list_kind == "List" ? std::string{} : list_kind.substr(0, list_kind.size() - 4);
    problem = read_header(items[i], document, kind, none);
    if (problem.empty()) problem = load_object(items[i], kind, document, store);
    if (!problem.empty()) return place + problem;
  }
  return {};
}

}  // namespace everynode::cache
