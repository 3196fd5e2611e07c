/// What overlays can make of a pod depends on this part of it only, kept as it is written. Private to this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/codec/document.hpp"
#include "everynode/objects/pod.hpp"

namespace everynode::admission {

/// Containers as they are written, to be compared with those of other pods. The volume of the service account's token
/// has a random name in each pod (requirement A15): what differs in that only is alike.
class ContainersText {
 public:
  /// An array of JSON; empty: there is none.
  explicit ContainersText(std::string_view json);

  [[nodiscard]] bool is_like(std::string_view other) const;
  [[nodiscard]] std::size_t bytes() const { return text_.capacity() + random_.size() * sizeof(std::size_t); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::vector<std::size_t> random_;  ///< where the random part of a name begins
};

class PodText {
 public:
  /// `pod` was read with PodParts::texts.
  explicit PodText(const objects::Pod& pod);

  /// Whether the overlays of a namespace make the same of that pod of the namespace, on the same node.
  [[nodiscard]] bool is_like(const objects::Pod& other) const;
  [[nodiscard]] std::size_t bytes() const;

  /// What a pod is read from.
  struct Source {
    std::string text;
    codec::Document document;
  };
  /// With its containers, and without what is not kept; valid as long as this and the source. The error says what
  /// cannot be read, and where it is.
  [[nodiscard]] std::expected<objects::Pod, std::string> read(Source& source) const;

 private:
  /// What is kept as it was written, as a Pod.
  [[nodiscard]] std::string json() const;

  std::string namespace_;
  std::string labels_;
  std::string stamp_;  ///< which overlays are in it already
  ContainersText init_containers_;
  ContainersText containers_;
  std::optional<std::string> priority_class_name_;
  std::optional<std::int64_t> priority_;
  std::optional<std::string> preemption_policy_;
  bool own_resources_ = false;
};

}  // namespace everynode::admission
