/// Amounts of resources, worked out for a node.
#pragma once

#include <expected>
#include <string>

#include "everynode/overlay/node.hpp"
#include "everynode/overlay/overlay.hpp"

namespace everynode::overlay {

/// The amount on this node. Error, in words: there is no node, or it does not say how much it has, or the amount is too
/// large.
[[nodiscard]] std::expected<Quantity, std::string> evaluate(const Amount& amount, Resource resource, const Node* node);

/// How the amount comes about, for people: "1 % of 192 + 2Mi for each of 110 pods, at most 2Gi"; empty for a base
/// alone. `node` must be one for which the amount could be evaluated.
[[nodiscard]] std::string arithmetic(const Amount& amount, Resource resource, const Node* node);

}  // namespace everynode::overlay
