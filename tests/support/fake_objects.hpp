/// The state of an API server: objects as JSON, their versions, and their events. Uses no socket and no thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace everynode::support {

using Json = nlohmann::json;

/// The object or objects that a request is about.
struct ObjectPath {
  std::string plural;      ///< "pods"
  std::string namespace_;  ///< empty: none, or all
  std::string name;        ///< empty: all
  std::string subresource;
};

/// Not thread-safe.
class FakeObjects {
 public:
  struct Answer {
    unsigned status = 200;
    Json body;
  };

  struct Event {
    std::uint64_t version = 0;
    std::string line;  ///< the event as a watch sends it
  };

  using Collection = std::map<std::string, Json>;  ///< by "namespace/name"

  // What clients ask for.
  [[nodiscard]] Answer get(const ObjectPath& path) const;
  /// `after` is the place where the last page ended; empty: the first page.
  [[nodiscard]] Answer list(const ObjectPath& path, std::size_t limit, const std::string& after) const;
  /// The list of the one object with this name; empty if there is none.
  [[nodiscard]] Answer list_one(const ObjectPath& path) const;
  Answer create(const ObjectPath& path, Json object, const std::string& manager);
  Answer merge_patch(const ObjectPath& path, const Json& patch);
  /// Supports metadata.ownerReferences only: adopting and releasing.
  Answer strategic_merge_patch(const ObjectPath& path, const Json& patch);
  Answer remove(const ObjectPath& path, const Json& options);

  // What the cluster itself does.
  void write(const std::string& plural, Json object);
  void erase(const std::string& plural, const std::string& key);

  [[nodiscard]] const Collection& all(const std::string& plural) const;
  /// Null if there is none.
  [[nodiscard]] const Json* find(const std::string& plural, const std::string& key) const;
  /// Events of a kind, each with the version of its object, in their order.
  [[nodiscard]] const std::vector<Event>& events(const std::string& plural) const;
  [[nodiscard]] std::uint64_t version() const { return version_; }

  /// A copy that can be restored later.
  [[nodiscard]] FakeObjects backup() const;
  /// Puts objects and versions back; objects that are created later get new UIDs nevertheless.
  void restore(const FakeObjects& backup);
  [[nodiscard]] unsigned restores() const { return restores_; }

  // These make the server refuse requests.
  std::optional<std::size_t> pod_quota;
  std::set<std::string> terminating_namespaces;

  /// Called after each change.
  std::function<void(const std::string& plural, const Json& object)> changed = [](const std::string&, const Json&) {};

 private:
  [[nodiscard]] std::optional<Answer> refusal_to_create(const ObjectPath& path, const std::string& key) const;
  Answer replace(const ObjectPath& path, const Json& before, Json after);
  void record(const std::string& plural, const char* type, Json& object);

  std::map<std::string, Collection> objects_;
  std::map<std::string, std::vector<Event>> events_;
  std::uint64_t version_ = 100;
  std::uint64_t uids_ = 0;
  unsigned restores_ = 0;
};

/// A refusal, as `v1.Status`.
[[nodiscard]] FakeObjects::Answer refusal(unsigned status, const std::string& reason, const std::string& message,
                                          const std::string& cause = {});

[[nodiscard]] std::string key_of(const Json& object);
[[nodiscard]] std::string uid_of(const Json& object);
/// The UID of the controller; empty if there is none.
[[nodiscard]] std::string controller_of(const Json& object);
/// The node that a pod is bound to, or pinned to; empty if there is none.
[[nodiscard]] std::string target_of(const Json& pod);
[[nodiscard]] bool is_ready(const Json& pod);
[[nodiscard]] bool is_over(const Json& pod);
[[nodiscard]] bool is_terminating(const Json& object);
/// The current time as the API writes it.
[[nodiscard]] std::string timestamp();

}  // namespace everynode::support
