#include "everynode/inspection/overlays.hpp"

#include <algorithm>
#include <utility>

#include "everynode/inspection/subject.hpp"
#include "everynode/overlay/knowledge.hpp"
#include "pages.hpp"

namespace everynode::inspection {
namespace {

using Done = std::expected<void, Failure>;

/// Reads what belongs to the pods, which are known by then.
class Reading {
 public:
  explicit Reading(Conversation& conversation) : conversation_(conversation) {}

  Done read_overlays() {
    codec::Document document;
    const auto take = [&](const protocol::Item& item) {
      auto one = overlay::read_overlay(item.json, document);
      if (one) {
        one->namespace_ = conversation_.namespace_();
        overlays_.push_back(std::move(*one));
      } else {
        subject_.remarks.push_back("overlay " + std::string(item.meta.name) + " cannot be read: " + one.error().text());
      }
    };
    const auto known = visit_all(conversation_, {kube::daemon_set_overlays, conversation_.namespace_()}, take);
    if (!known) return std::unexpected(known.error());
    if (!*known) subject_.remarks.emplace_back("the cluster has no DaemonSetOverlays: their definition is missing");
    const auto names_class = [](const overlay::DaemonSetOverlay& one) { return !one.priority_class_name.empty(); };
    if (std::ranges::any_of(overlays_, names_class)) read_classes();
    return {};
  }

  /// Who may not see them sees why overlays that name one are left out.
  void read_classes() {
    codec::Document document;
    const auto take = [&](const protocol::Item& item) {
      overlay::PriorityClass one;
      const auto done = document.read(item.json, [&](codec::JsonValue root) { read(root, one); });
      if (done) classes_.insert_or_assign(std::string(item.meta.name), std::move(one));
    };
    const auto known = visit_all(conversation_, kube::priority_classes, take);
    if (!known) subject_.remarks.push_back("PriorityClasses are not known: " + known.error().why);
  }

  /// Fails if there is no such node; who may not see it sees the rest.
  Done read_node(const std::string& name) {
    const kube::Request request = kube::get(kube::nodes, {.namespace_ = {}, .name = name});
    const kube::Outcome outcome = conversation_.ask(request);
    codec::Document document;
    if (!outcome || !outcome->ok()) {
      Failure failure = failure_of(conversation_.address(), request, outcome);
      subject_.remarks.push_back("the node is not known: " + failure.why);
      if (outcome && outcome->status == 404) return std::unexpected(std::move(failure));
    } else if (auto node = overlay::read_node(outcome->body, document)) {
      nodes_.put(std::move(*node));
    } else {
      subject_.remarks.push_back("node " + name + " cannot be read: " + node.error().text());
    }
    return {};
  }

  void take_pod(std::string json, const objects::DaemonPod& pod) {
    Source taken{.name = pod.name, .json = std::move(json), .pod_template = {}};
    if (pod.controller && pod.controller->kind == "DaemonSet") {
      const auto owner = read_daemon_set(conversation_, pod.controller->name);
      if (owner) taken.pod_template = owner->pod_template.json;
      if (!owner) subject_.remarks.push_back("its DaemonSet is not known: " + owner.error().why);
    }
    sources_.push_back(std::move(taken));
  }

  OverlaySubject take() {
    const overlay::Known known{.catalog = overlay::Catalog(std::move(overlays_), std::move(classes_)), .nodes = nodes_};
    subject_.namespace_ = conversation_.namespace_();
    for (const Source& one : sources_) {
      auto state = read_admitted_state(&known, one.json, one.pod_template);
      if (state) subject_.pods.push_back(std::move(*state));
      if (!state) subject_.remarks.push_back("pod " + one.name + " cannot be read: " + state.error());
    }
    return std::move(subject_);
  }

 private:
  /// A pod, and what it was made from.
  struct Source {
    std::string name;
    std::string json;
    std::string pod_template;  ///< the canonical text of its DaemonSet's template; empty: there is none
  };

  Conversation& conversation_;
  std::vector<overlay::DaemonSetOverlay> overlays_;  ///< of the namespace
  overlay::PriorityClasses classes_;                 ///< none, if no overlay names one
  overlay::Nodes nodes_;                             ///< the pods' own
  std::vector<Source> sources_;
  OverlaySubject subject_;
};

}  // namespace

std::expected<OverlaySubject, Failure> read_overlays_of_pod(Conversation& conversation, const std::string& pod) {
  const kube::Request request = kube::get(kube::pods, {.namespace_ = conversation.namespace_(), .name = pod});
  const kube::Outcome outcome = conversation.ask(request);
  if (!outcome || !outcome->ok()) return std::unexpected(failure_of(conversation.address(), request, outcome));
  codec::Document document;
  auto read = objects::read_daemon_pod(outcome->body, document);
  if (!read) return std::unexpected(unreadable(conversation.address(), request, *outcome, read.error().text()));
  Reading reading(conversation);
  if (auto done = reading.read_overlays(); !done) return std::unexpected(std::move(done.error()));
  reading.take_pod(outcome->body, *read);
  if (!read->target_node.empty()) static_cast<void>(reading.read_node(read->target_node));  // remarked
  return reading.take();
}

std::expected<OverlaySubject, Failure> read_overlays_of_node(Conversation& conversation, const std::string& node) {
  Reading reading(conversation);
  if (auto done = reading.read_overlays(); !done) return std::unexpected(std::move(done.error()));
  const Done found = reading.read_node(node);
  kube::Collection collection(kube::pods, conversation.namespace_());
  collection.fields = "spec.nodeName=" + node;
  codec::Document document;
  std::vector<std::pair<std::string, objects::DaemonPod>> pods;
  const auto take = [&](const protocol::Item& item) {
    auto pod = objects::read_daemon_pod(item.json, document);
    if (pod && pod->controller && pod->controller->kind == "DaemonSet") pods.emplace_back(item.json, std::move(*pod));
  };
  if (const auto known = visit_all(conversation, collection, take); !known) return std::unexpected(known.error());
  if (!found && pods.empty()) return std::unexpected(found.error());
  std::ranges::sort(pods, {}, [](const auto& one) { return one.second.name; });
  for (auto& [json, pod] : pods) reading.take_pod(std::move(json), pod);
  return reading.take();
}

}  // namespace everynode::inspection
