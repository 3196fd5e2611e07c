/// An API server with one namespace, in memory: it assigns UIDs and resourceVersions, and keeps a log of changes.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/codec/document.hpp"
#include "everynode/objects/daemon_pod.hpp"
#include "everynode/objects/daemon_set.hpp"
#include "everynode/objects/node.hpp"
#include "everynode/objects/revision.hpp"
#include "everynode/objects/rollout_policy.hpp"
#include "everynode/overlay/node.hpp"
#include "everynode/overlay/overlay.hpp"
#include "everynode/sync/answer.hpp"

namespace everynode::simulation {

/// One event of a watch.
template <class T>
struct Change {
  std::uint64_t version = 0;
  bool deleted = false;
  T object;
};

/// All objects of one kind by name, and the log that watches read.
template <class T>
class Collection {
 public:
  explicit Collection(std::uint64_t& version) : version_(version) {}

  [[nodiscard]] const T* find(std::string_view name) const {
    const auto found = objects_.find(name);
    return found == objects_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] const std::map<std::string, T, std::less<>>& all() const { return objects_; }
  [[nodiscard]] const std::vector<Change<T>>& log() const { return log_; }

  /// Adds or replaces; returns what is now stored.
  const T& write(T object) {
    ++version_;
    if constexpr (requires { object.resource_version; }) object.resource_version = std::to_string(version_);
    T& stored = objects_[object.name] = std::move(object);
    log_.push_back({.version = version_, .deleted = false, .object = stored});
    return stored;
  }

  void erase(std::string_view name) {
    const auto found = objects_.find(name);
    if (found == objects_.end()) return;
    T object = std::move(found->second);
    ++version_;
    if constexpr (requires { object.resource_version; }) object.resource_version = std::to_string(version_);
    log_.push_back({.version = version_, .deleted = true, .object = std::move(object)});
    objects_.erase(found);
  }

 private:
  std::uint64_t& version_;
  std::map<std::string, T, std::less<>> objects_;
  std::vector<Change<T>> log_;
};

/// The label of pods that stay until another party agrees, as with a finalizer on a real server.
inline constexpr std::string_view finalizer = "held";

class SimulatedApi {
 public:
  Collection<objects::Node> nodes{version_};
  Collection<objects::DaemonSet> daemon_sets{version_};
  Collection<objects::DaemonPod> pods{version_};
  Collection<objects::ControllerRevision> revisions{version_};
  Collection<objects::RolloutPolicy> policies{version_};
  Collection<overlay::DaemonSetOverlay> overlays{version_};

  std::function<std::string(const std::string&)> admit;      ///< what a webhook makes of a pod's JSON
  std::function<void(const objects::DaemonPod&)> on_create;  ///< called with a pod as it was sent
  std::function<void(objects::DaemonPod&)> alter;            ///< what webhooks make of it before it is stored

  [[nodiscard]] std::string version() const { return std::to_string(version_); }
  std::string new_uid() { return "u" + std::to_string(++uids_); }

  /// Carries out a request about one object of the namespace.
  [[nodiscard]] sync::Answer answer(const kube::Request& request, objects::Time now);

  /// A running pod gets time to end, unless it is deleted without grace.
  sync::Answer delete_pod(std::string_view name, std::string_view uid, bool force = false);

 private:
  sync::Answer create_pod(const std::string& body, objects::Time now);
  sync::Answer create_revision(const std::string& body, objects::Time now);
  sync::Answer delete_revision(std::string_view name, std::string_view uid);
  sync::Answer patch_pod(std::string_view name, const std::string& patch);
  sync::Answer patch_revision(std::string_view name, const std::string& patch);
  sync::Answer patch_template(std::string_view name, const std::string& patch);
  sync::Answer patch_status(std::string_view name, const std::string& patch);
  sync::Answer patch_policy_status(std::string_view name, const std::string& patch);

  std::uint64_t version_ = 1000;
  std::uint64_t uids_ = 0;
  codec::Document document_;
};

/// The label of a node that says how many cores pods may use there; two without it.
inline constexpr std::string_view cores = "cores";

/// What overlays read of a node.
[[nodiscard]] overlay::Node size_of(const objects::Node& node);

/// Whether the request deletes a pod without grace.
[[nodiscard]] bool is_forced(const kube::Request& request);

/// Another template, which makes another generation.
void set_template(objects::DaemonSet& set, objects::PodTemplate pod_template);

/// Why a request was refused, in the API server's words.
[[nodiscard]] std::unexpected<sync::Problem> refusal(sync::Failure failure);

}  // namespace everynode::simulation
