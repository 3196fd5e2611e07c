/// A DaemonSet's pod template: kept as JSON; we read only what decisions need.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/codec/mistake.hpp"
#include "everynode/codec/texts.hpp"
#include "everynode/objects/labels.hpp"
#include "everynode/objects/placement.hpp"

namespace everynode::objects {

/// Fields that we do not know are in `json`, and so in each pod and each revision.
struct PodTemplate {
  std::string json;  ///< canonical
  Labels labels;
  SchedulingRules rules;
  bool host_network = false;
  std::shared_ptr<const codec::Texts> texts;  ///< what `rules` refers to
};

/// Reads a template from its JSON text.
[[nodiscard]] std::expected<PodTemplate, codec::Mistake> read_template(std::string_view json);

/// The bytes of a ControllerRevision that records the template (requirement 9.1).
[[nodiscard]] std::string revision_data(const PodTemplate& pod_template);

/// What all pods of one revision share: each pod costs one copy of it.
class PodBody {
 public:
  struct Owner {
    std::string_view name;
    std::string_view uid;
  };
  /// Everything but the pod's name and node (section 4 of the requirements). `hash` is the revision's label. Error: a
  /// template without labels makes no pod.
  [[nodiscard]] static std::expected<PodBody, std::string> make(const PodTemplate& pod_template, Owner owner,
                                                                std::string_view hash,
                                                                std::optional<std::int64_t> template_generation);

  /// A Pod of this name for this node.
  [[nodiscard]] std::string for_node(std::string_view pod_name, std::string_view node) const;

 private:
  std::string until_name_;
  std::string until_node_;
  std::string rest_;
};

inline constexpr std::string_view revision_hash_label = "controller-revision-hash";
inline constexpr std::string_view template_generation_label = "pod-template-generation";
inline constexpr std::string_view template_generation_annotation = "deprecated.daemonset.template.generation";

}  // namespace everynode::objects
