/// Objects for tests, what users do with them, and what must have come of it.
#pragma once

#include <string>
#include <vector>

#include "fake_cluster.hpp"

namespace everynode::reconciler {

using support::FakeCluster;
using support::FakeObjects;
using support::Json;

[[nodiscard]] Json node(const std::string& name);
/// Selects app=NAME; `image` makes the template.
[[nodiscard]] Json daemon_set(const std::string& name, const std::string& image);
/// A pod without a controller that runs and is ready on the node, with the labels that the DaemonSet selects.
[[nodiscard]] Json orphan(const std::string& name, const std::string& daemon_set, const std::string& node);

void add_nodes(FakeObjects& objects, std::size_t count);
void add_daemon_set(FakeObjects& objects, const Json& daemon_set);
/// Beside the only revision, newer, and nobody's.
void copy_revision(FakeObjects& objects);
void set_image(FakeObjects& objects, const std::string& daemon_set, const std::string& image);

/// Each node has one ready pod of each DaemonSet, of its newest template, and the statuses say so.
[[nodiscard]] bool is_settled(const FakeObjects& objects);

/// All pods with a controller are those that the nodes should have.
[[nodiscard]] bool none_is_left_over(const FakeObjects& objects);
/// Revisions that nobody owns though a DaemonSet selects them, or whose owner has gone; a line for each.
[[nodiscard]] std::string unowned_revisions_in(const FakeObjects& objects);
/// A revision that the test made beside another, of the same data.
[[nodiscard]] bool is_copy(const Json& revision);

/// All that must be the same after two runs of the same scenario, whatever happened in between; no UIDs, no versions.
[[nodiscard]] std::string summary_of(const FakeObjects& objects, const std::string& without_label = {});

/// How many requests of a kind came.
[[nodiscard]] std::size_t count(const FakeCluster& cluster, const std::string& method,
                                const std::string& part_of_target);

}  // namespace everynode::reconciler
