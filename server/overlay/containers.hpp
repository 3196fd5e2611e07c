/// The containers of a pod in one row: init containers first. Private to this folder.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/objects/pod.hpp"

namespace everynode::overlay {

class Containers {
 public:
  explicit Containers(const objects::PodSpec& spec) : spec_(spec) {}

  [[nodiscard]] std::size_t size() const { return size_of(spec_.init_containers) + size_of(spec_.containers); }
  [[nodiscard]] bool is_init(std::size_t index) const { return index < size_of(spec_.init_containers); }
  [[nodiscard]] const objects::Container& at(std::size_t index) const {
    return is_init(index) ? (*spec_.init_containers)[index]
                          : (*spec_.containers)[index - size_of(spec_.init_containers)];
  }
  /// "initContainers" or "containers".
  [[nodiscard]] std::string_view list_of(std::size_t index) const {
    return is_init(index) ? "initContainers" : "containers";
  }
  /// As a JSON Pointer: "/spec/containers/0".
  [[nodiscard]] std::string path_of(std::size_t index) const {
    const std::size_t before = is_init(index) ? 0 : size_of(spec_.init_containers);
    return "/spec/" + std::string(list_of(index)) + "/" + std::to_string(index - before);
  }

 private:
  static std::size_t size_of(const std::optional<std::vector<objects::Container>>& list) {
    return list ? list->size() : 0;
  }

  const objects::PodSpec& spec_;
};

}  // namespace everynode::overlay
