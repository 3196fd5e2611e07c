#include "resolve.hpp"

#include <algorithm>

#include "containers.hpp"
#include "everynode/codec/json_text.hpp"
#include "everynode/overlay/amount.hpp"

namespace everynode::overlay {
namespace {

std::string json_text(std::string_view text) {
  std::string out;
  codec::append_quoted(out, text);
  return out;
}

std::string list_of(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ',';
    codec::append_quoted(out, text);
  }
  return out += ']';
}

/// The kubelet expands $(NAME) in values. What a node says is no such reference, so it means itself: "$$" is "$".
std::string taken_literally(std::string_view text) {
  std::string out;
  for (const char c : text) out.append(c == '$' ? 2 : 1, c);
  return out;
}

/// Which containers of a pod are meant.
std::vector<std::size_t> meant(const std::string& name, const Containers& containers) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < containers.size(); ++i) {
    if (name == "*" ? !containers.is_init(i) : containers.at(i).name == name) found.push_back(i);
  }
  return found;
}

/// Collects the settings of one overlay until something is impossible.
class Resolution {
 public:
  Resolution(const objects::Pod& pod, const Node* node) : pod_(pod), containers_(pod.spec), node_(node) {}

  void set(const ContainerOverlay& wanted) {
    const std::vector<std::size_t> places = meant(wanted.name, containers_);
    if (places.empty()) fail("the pod has no container \"" + wanted.name + "\"", true);
    for (const std::size_t place : places) set(wanted, place);
  }

  void set(const std::string& priority_class, const Catalog& catalog) {
    if (catalog.priority_class(priority_class) == nullptr) fail("PriorityClass " + priority_class + " is not known");
    put({.part = Part::priority_class, .json = json_text(priority_class)});
  }

  std::expected<std::vector<Setting>, Refusal> take(const std::string& overlay) {
    if (!problem_.empty())
      return std::unexpected(
          Refusal{.overlay = overlay, .reason = std::move(problem_), .lacks_container = lacks_container_});
    return std::move(settings_);
  }

 private:
  void fail(std::string problem, bool lacks_container = false) {
    problem_ = std::move(problem);
    lacks_container_ = lacks_container;
  }

  void set(const ContainerOverlay& wanted, std::size_t place) {
    const bool by_name = wanted.name != "*";
    const auto setting = [&](Part part, std::string_view name, std::string json) {
      return Setting{
          .part = part, .container = place, .name = std::string(name), .json = std::move(json), .by_name = by_name};
    };
    if (wanted.image) put(setting(Part::image, "", json_text(*wanted.image)));
    if (wanted.args) put(setting(Part::args, "", list_of(*wanted.args)));
    for (const Variable& variable : wanted.env) put(setting(Part::env, variable.name, json_text(value_of(variable))));
    for (const auto& [resource, amount] : wanted.limits)
      put_amount(setting(Part::limit, name_of(resource), ""), resource, amount);
    for (const auto& [resource, amount] : wanted.requests)
      put_amount(setting(Part::request, name_of(resource), ""), resource, amount);
  }

  void put_amount(Setting setting, Resource resource, const Amount& amount) {
    if (pod_.spec.own_resources)
      fail("the pod as a whole has resources (spec.resources), which those of its containers must fit into");
    const auto quantity = evaluate(amount, resource, node_);
    if (!quantity) fail(quantity.error());
    if (!problem_.empty()) return;
    setting.quantity = *quantity;
    setting.json = json_text(to_text(*quantity));
    setting.resource = resource;
    setting.amount = &amount;
    put(std::move(setting));
  }

  /// A label or an annotation that the node does not have is empty, as in Kubernetes' downward API.
  std::string value_of(const Variable& variable) {
    if (variable.source == Variable::Source::value) return variable.text;
    if (node_ == nullptr) {
      fail("variable " + variable.name + " depends on the node, which is not known");
      return {};
    }
    const bool label = variable.source == Variable::Source::node_label;
    return taken_literally((label ? node_->labels : node_->annotations).get(variable.text));
  }

  /// A container that is meant by name has what was said of it, and else what was said of all.
  void put(Setting setting) {
    const auto taken = std::ranges::find_if(settings_, [&](const Setting& other) { return setting.same_place(other); });
    if (taken == settings_.end()) return settings_.push_back(std::move(setting));
    if (setting.by_name) *taken = std::move(setting);
  }

  const objects::Pod& pod_;
  Containers containers_;
  const Node* node_;
  std::vector<Setting> settings_;
  std::string problem_;
  bool lacks_container_ = false;
};

}  // namespace

std::expected<std::vector<Setting>, Refusal> resolve(const DaemonSetOverlay& overlay, const Catalog& catalog,
                                                     const objects::Pod& pod, const Node* node) {
  Resolution resolution(pod, node);
  for (const ContainerOverlay& wanted : overlay.containers) resolution.set(wanted);
  if (!overlay.priority_class_name.empty()) resolution.set(overlay.priority_class_name, catalog);
  return resolution.take(overlay.name);
}

}  // namespace everynode::overlay
