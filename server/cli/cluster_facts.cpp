#include "cluster_facts.hpp"

#include <utility>
#include <vector>

#include "everynode/files/files.hpp"
#include "input_objects.hpp"

namespace everynode::cli {
namespace {

/// Calls `read(kind, object)` for each object. It gives whether it takes that kind, or what is wrong with the object.
template <class Read>
std::expected<void, std::string> read_each(const std::string& text, const std::string& wanted, Read read) {
  const auto objects = objects_in(text);
  if (!objects) return std::unexpected(objects.error());
  bool any = text.empty();
  for (const InputObject& object : *objects) {
    const std::expected<bool, codec::Mistake> taken = read(kind_of(object.value), object.json);
    if (!taken) return std::unexpected(object.place + taken.error().text());
    any = any || *taken;
  }
  if (!any) return std::unexpected("expected " + wanted + ", got none");
  return {};
}

std::expected<void, std::string> read_nodes(const std::string& text, overlay::Nodes& out) {
  codec::Document document;
  const auto read = [&](const std::string& kind, const std::string& json) -> std::expected<bool, codec::Mistake> {
    if (kind != "Node") return false;
    auto node = overlay::read_node(json, document);
    if (!node) return std::unexpected(node.error());
    out.put(std::move(*node));
    return true;
  };
  return read_each(text, "a Node", read);
}

std::expected<void, std::string> read_overlays(const std::string& text, overlay::Catalog& out) {
  codec::Document document;
  std::vector<overlay::DaemonSetOverlay> overlays;
  overlay::PriorityClasses classes;
  const auto read_class = [&](codec::JsonValue root) {
    overlay::PriorityClass one;
    const objects::ObjectMeta identity = overlay::read(root, one);
    classes.insert_or_assign(std::string(identity.name), std::move(one));
  };
  const auto read = [&](const std::string& kind, const std::string& json) -> std::expected<bool, codec::Mistake> {
    if (kind == "PriorityClass") {
      const auto whole = document.read(json, read_class);
      return whole ? std::expected<bool, codec::Mistake>(true) : std::unexpected(whole.error());
    }
    if (kind != "DaemonSetOverlay") return false;
    auto one = overlay::read_overlay(json, document);
    if (!one) return std::unexpected(one.error());
    overlays.push_back(std::move(*one));
    return true;
  };
  auto all = read_each(text, "a DaemonSetOverlay", read);
  out = overlay::Catalog(std::move(overlays), std::move(classes));
  return all;
}

std::expected<std::string, std::string> text_of(const std::filesystem::path& file) {
  if (file.empty()) return "";
  auto text = files::read_file(file);
  if (text && text->empty()) return std::unexpected(file.string() + ": it is empty");
  return text;
}

}  // namespace

std::expected<ClusterFacts, std::string> read_facts(const std::string& nodes, const std::string& overlays) {
  ClusterFacts facts;
  if (const auto read = read_nodes(nodes, facts.nodes); !read) return std::unexpected("the nodes: " + read.error());
  if (const auto read = read_overlays(overlays, facts.overlays); !read)
    return std::unexpected("the overlays: " + read.error());
  return facts;
}

std::expected<ClusterFacts, std::string> load_facts(const std::filesystem::path& nodes,
                                                    const std::filesystem::path& overlays) {
  const auto nodes_text = text_of(nodes);
  if (!nodes_text) return std::unexpected(nodes_text.error());
  const auto overlays_text = text_of(overlays);
  if (!overlays_text) return std::unexpected(overlays_text.error());
  return read_facts(*nodes_text, *overlays_text);
}

}  // namespace everynode::cli
