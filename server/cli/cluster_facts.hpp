/// What `everynode decide` knows of a cluster beside the pods: from files.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "everynode/admission/decide.hpp"

namespace everynode::cli {

struct ClusterFacts {
  overlay::Catalog overlays;
  overlay::Nodes nodes;

  [[nodiscard]] admission::Facts facts() const {
    return {.overlays = overlays.empty() ? nullptr : &overlays, .nodes = &nodes};
  }
};

/// Reads the Nodes of the first text, and the DaemonSetOverlays and PriorityClasses of the second: JSON or YAML, as
/// `kubectl get -o yaml` prints them. An empty text has none. Objects of other kinds are passed over, unless there is
/// nothing else. What has no namespace is in `default`, as with kubectl. An overlay that the API server would refuse
/// for its version, its name, or as the same again is refused. Errors say which object is wrong, and where;
/// `nodes_name` and `overlays_name` are what they call the texts.
[[nodiscard]] std::expected<ClusterFacts, std::string> read_facts(const std::string& nodes, const std::string& overlays,
                                                                  const std::string& nodes_name = "the nodes",
                                                                  const std::string& overlays_name = "the overlays");

/// The same for files; an empty path is no file.
[[nodiscard]] std::expected<ClusterFacts, std::string> load_facts(const std::filesystem::path& nodes,
                                                                  const std::filesystem::path& overlays);

}  // namespace everynode::cli
