/// An API server of one namespace, in memory: it assigns UIDs and resourceVersions and keeps a log of what changed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/core/daemon_pod.hpp"
#include "everynode/core/daemon_set.hpp"
#include "everynode/core/document.hpp"
#include "everynode/core/node.hpp"
#include "everynode/core/revision.hpp"

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

/// What the server answers: HTTP's code, and the object as it is after the write.
template <class T>
struct Answer {
  int code = 200;
  std::optional<T> object;
};

/// The label of pods that do not go before somebody else agrees: what a finalizer is to the real server.
inline constexpr std::string_view finalizer = "held";

class SimulatedApi {
 public:
  Collection<core::Node> nodes{version_};
  Collection<core::DaemonSet> daemon_sets{version_};
  Collection<core::DaemonPod> pods{version_};
  Collection<core::ControllerRevision> revisions{version_};

  std::function<void(const core::DaemonPod&)> on_create;  ///< called before a pod is stored

  [[nodiscard]] std::string version() const { return std::to_string(version_); }
  std::string new_uid() { return "u" + std::to_string(++uids_); }

  Answer<core::DaemonPod> create_pod(const std::string& body, core::Time now);
  /// The preconditions are the UID; a pod that runs gets time to end.
  Answer<core::DaemonPod> delete_pod(std::string_view name, std::string_view uid);
  Answer<core::ControllerRevision> create_revision(const std::string& body);
  Answer<core::ControllerRevision> delete_revision(std::string_view name, std::string_view uid);
  Answer<core::ControllerRevision> change_revision(std::string_view name, std::string_view version,
                                                   std::optional<std::int64_t> number,
                                                   const std::optional<std::string>& hash);
  Answer<core::DaemonSet> patch_status(std::string_view name, std::string_view patch);
  Answer<core::DaemonSet> set_collision_count(std::string_view name, std::string_view version, std::int64_t count);

  /// Adopts for `owner`, or releases from it, a pod or a revision.
  template <class T>
  Answer<T> adopt(Collection<T>& kind, std::string_view name, std::string_view uid, const core::DaemonSet& owner) {
    const T* found = kind.find(name);
    if (found == nullptr) return {.code = 404, .object = {}};
    if (found->uid != uid || (found->controller && found->controller->uid != owner.uid)) {
      return {.code = 422, .object = {}};
    }
    T object = *found;
    object.controller = core::ControllerRef{.kind = "DaemonSet", .name = owner.name, .uid = owner.uid};
    return {.code = 200, .object = kind.write(std::move(object))};
  }
  template <class T>
  Answer<T> release(Collection<T>& kind, std::string_view name, std::string_view uid, const core::DaemonSet& owner) {
    const T* found = kind.find(name);
    if (found == nullptr) return {.code = 404, .object = {}};
    if (found->uid != uid) return {.code = 422, .object = {}};
    T object = *found;
    if (object.controller && object.controller->uid == owner.uid) object.controller.reset();
    return {.code = 200, .object = kind.write(std::move(object))};
  }
  Answer<core::DaemonPod> relabel_pod(std::string_view name, std::string_view uid, std::string_view hash);

 private:
  std::uint64_t version_ = 1000;
  std::uint64_t uids_ = 0;
  core::Document document_;
};

}  // namespace everynode::simulation
