/// Objects for tests, changes that users make, and the expected results.
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
/// A pod without a controller that is running and ready on the node, with the labels that the DaemonSet selects.
[[nodiscard]] Json orphan(const std::string& name, const std::string& daemon_set, const std::string& node);

void add_nodes(FakeObjects& objects, std::size_t count);
void add_daemon_set(FakeObjects& objects, const Json& daemon_set);
/// Adds a newer copy of the only revision, without an owner.
void copy_revision(FakeObjects& objects);
void set_image(FakeObjects& objects, const std::string& daemon_set, const std::string& image);
/// A policy for all DaemonSets: one node gets the new revision, and the others wait until that is promoted.
void add_policy(FakeObjects& objects);
/// Lets the others have it, as a user does.
void promote(FakeObjects& objects);
/// "Held", "Complete", ...; empty: the policy's status does not say.
[[nodiscard]] std::string phase_of_policy(const FakeObjects& objects);
/// How many pods run the image.
[[nodiscard]] std::size_t pods_of(const FakeObjects& objects, const std::string& image);

/// Whether each node has one ready pod of each DaemonSet, of its newest template, and the statuses say so.
[[nodiscard]] bool is_settled(const FakeObjects& objects);

/// Whether all pods with a controller are pods that the nodes should have.
[[nodiscard]] bool none_is_left_over(const FakeObjects& objects);
/// A line for each revision that a DaemonSet selects but nobody owns, or whose owner no longer exists.
[[nodiscard]] std::string unowned_revisions_in(const FakeObjects& objects);
/// Whether a test made this revision as a copy of another.
[[nodiscard]] bool is_copy(const Json& revision);

/// Everything that must be equal after two runs of the same scenario, whatever happened in between; without UIDs and
/// versions.
[[nodiscard]] std::string summary_of(const FakeObjects& objects, const std::string& without_label = {});

/// How many requests of a kind arrived.
[[nodiscard]] std::size_t count(const FakeCluster& cluster, const std::string& method,
                                const std::string& part_of_target);

}  // namespace everynode::reconciler
