#include "cluster_facts.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "everynode/codec/json_text.hpp"
#include "everynode/files/files.hpp"
#include "everynode/objects/validation.hpp"
#include "input_objects.hpp"

namespace everynode::cli {
namespace {

using Json = nlohmann::ordered_json;
using Taken = std::expected<bool, std::string>;

constexpr std::string_view default_namespace = "default";

/// The member's text, bounded; empty if it has none.
std::string text_in(const Json& object, const std::string& member) {
  const auto found = object.is_object() ? object.find(member) : object.end();
  const bool is_text = found != object.end() && found->is_string();
  return is_text ? std::string(codec::clipped(found->get_ref<const std::string&>())) : "";
}

/// "DaemonSetOverlay agents/big: " for errors; empty for an object without a name.
std::string title_of(const Json& object) {
  const Json metadata = object.value("metadata", Json::object());
  const std::string name = text_in(metadata, "name");
  const std::string name_space = text_in(metadata, "namespace");
  if (name.empty()) return "";
  if (kind_of(object) != "DaemonSetOverlay") return kind_of(object) + " " + name + ": ";
  return "DaemonSetOverlay " + (name_space.empty() ? std::string(default_namespace) : name_space) + "/" + name + ": ";
}

/// Calls `read(object)` for each object. It gives whether it takes the object's kind, or what is wrong with the object.
template <class Read>
std::expected<void, std::string> read_each(const std::string& text, const std::string& wanted, Read read) {
  const auto objects = objects_in(text);
  if (!objects) return std::unexpected(objects.error());
  bool any = text.empty();
  for (const InputObject& object : *objects) {
    const Taken taken = read(object);
    if (!taken) return std::unexpected(object.place + title_of(object.value) + taken.error());
    any = any || *taken;
  }
  if (!any) return std::unexpected("expected " + wanted + ", got none");
  return {};
}

std::expected<void, std::string> read_nodes(const std::string& text, overlay::Nodes& out) {
  codec::Document document;
  const auto read = [&](const InputObject& object) -> Taken {
    if (kind_of(object.value) != "Node") return false;
    auto node = overlay::read_node(object.json, document);
    if (!node) return std::unexpected(node.error().text());
    out.put(std::move(*node));
    return true;
  };
  return read_each(text, "a Node", read);
}

/// One that the API server takes too.
std::expected<overlay::DaemonSetOverlay, std::string> read_overlay(const InputObject& object,
                                                                   codec::Document& document) {
  const std::string version = text_in(object.value, "apiVersion");
  if (version != "everynode.dev/v1alpha1")
    return std::unexpected("expected the apiVersion everynode.dev/v1alpha1, got \"" + version + "\"");
  auto one = overlay::read_overlay(object.json, document);
  if (!one) return std::unexpected(one.error().text());
  if (!objects::is_subdomain(one->name)) return std::unexpected("metadata.name: expected a DNS subdomain");
  if (one->namespace_.empty()) one->namespace_ = default_namespace;
  return std::move(*one);
}

/// A pod without a namespace would be in `default` too.
void copy_default_for_pods_without_namespace(std::vector<overlay::DaemonSetOverlay>& overlays) {
  const std::size_t count = overlays.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (overlays[i].namespace_ != default_namespace) continue;
    overlay::DaemonSetOverlay copy = overlays[i];
    copy.namespace_.clear();
    overlays.push_back(std::move(copy));
  }
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
  const auto read = [&](const InputObject& object) -> Taken {
    const std::string kind = kind_of(object.value);
    if (kind == "PriorityClass") {
      const auto whole = document.read(object.json, read_class);
      return whole ? Taken(true) : std::unexpected(whole.error().text());
    }
    if (kind != "DaemonSetOverlay") return false;
    auto one = read_overlay(object, document);
    if (!one) return std::unexpected(one.error());
    const bool again = std::ranges::any_of(overlays, [&](const overlay::DaemonSetOverlay& other) {
      return other.namespace_ == one->namespace_ && other.name == one->name;
    });
    if (again) return std::unexpected("the same overlay again");
    overlays.push_back(std::move(*one));
    return true;
  };
  auto all = read_each(text, "a DaemonSetOverlay", read);
  copy_default_for_pods_without_namespace(overlays);
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

std::expected<ClusterFacts, std::string> read_facts(const std::string& nodes, const std::string& overlays,
                                                    const std::string& nodes_name, const std::string& overlays_name) {
  ClusterFacts facts;
  if (const auto read = read_nodes(nodes, facts.nodes); !read) return std::unexpected(nodes_name + ": " + read.error());
  if (const auto read = read_overlays(overlays, facts.overlays); !read)
    return std::unexpected(overlays_name + ": " + read.error());
  return facts;
}

std::expected<ClusterFacts, std::string> load_facts(const std::filesystem::path& nodes,
                                                    const std::filesystem::path& overlays) {
  const auto nodes_text = text_of(nodes);
  if (!nodes_text) return std::unexpected(nodes_text.error());
  const auto overlays_text = text_of(overlays);
  if (!overlays_text) return std::unexpected(overlays_text.error());
  return read_facts(*nodes_text, *overlays_text, nodes.string(), overlays.string());
}

}  // namespace everynode::cli
