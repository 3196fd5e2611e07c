/// `everynode overlay explain`: what overlays make of a pod, or of the daemon pods of a node, in a live cluster.
#pragma once

#include <cstdint>

#include "common_options.hpp"
#include "everynode/inspection/inspector.hpp"

namespace everynode::cli {

enum class OverlayOutput : std::uint8_t { text, json, yaml };

struct OverlayExplainSettings {
  inspection::Target target;  ///< its `name` is that of the pod or the node
  bool node = false;          ///< it is a node
  OverlayOutput output = OverlayOutput::text;
};

/// `settings` and `chosen` must live as long as `app`.
void add_overlay(CLI::App& app, OverlayExplainSettings& settings, Verb& chosen);

/// Exit code 0; 2 if the cluster, the pod or the node cannot be read.
int run_overlay_explain(const OverlayExplainSettings& settings);

}  // namespace everynode::cli
