/// What the page is told of a DaemonSet and of a node, as JSON. Private to `page`.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "everynode/inspection/inspector.hpp"
#include "everynode/objects/node.hpp"

namespace everynode::page {

/// What `explain -o json` says without its nodes, and what the rollout waits for: in one line.
[[nodiscard]] std::string facts_of(const inspection::Inspection& inspection);

/// The same with the node's own entry (with a node), the strategy, the selector, the conditions and the policy in
/// words.
[[nodiscard]] nlohmann::ordered_json explanation_of(const inspection::Inspection& inspection, const std::string& node);

/// The same with its time line, and what admission made of the node's pod (with one).
[[nodiscard]] nlohmann::ordered_json explanation_of(const inspection::Closeup& closeup, const std::string& node);

/// Its revisions, the newest first, as `rollout history -o json` has them, but with their templates in YAML and without
/// change causes, which nobody keeps. All but the current one have an offer to go back to it.
[[nodiscard]] nlohmann::ordered_json history_of(const inspection::Past& past, const cache::Key& daemon_set,
                                                const inspection::Target& target);

/// What may be done about its rollout: what is posted for it, and the command that does the same.
[[nodiscard]] nlohmann::ordered_json offers_in(const inspection::Inspection& inspection,
                                               const inspection::Target& target);

/// Its labels, taints and health.
[[nodiscard]] nlohmann::ordered_json explanation_of(const objects::Node& node);

[[nodiscard]] std::string to_text(const nlohmann::ordered_json& json);

}  // namespace everynode::page
