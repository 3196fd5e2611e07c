/// Whether the cluster's state is the continuation of what we saw, or an older one: restoring a backup of etcd takes
/// resourceVersions back, and a watch that goes on from a later version waits for ever.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/kube/request.hpp"

namespace everynode::kube {

/// The newest thing that we know of a resource: this object, at this version.
struct Witness {
  kube::ObjectKey key;
  std::string resource_version;  ///< empty: nothing is known
  bool deleted = false;          ///< the object was deleted at that version

  [[nodiscard]] bool empty() const { return resource_version.empty(); }
  bool operator==(const Witness&) const = default;
};

/// The newer of two; `a` if they cannot be compared.
[[nodiscard]] const Witness& newer(const Witness& a, const Witness& b);

enum class Continuity : std::uint8_t {
  proven,     ///< the witness is unchanged: a watch may go on from it
  uncertain,  ///< the witness has changed or is gone, which happens in both cases: we need a list
  broken,     ///< the state went back: nothing that we know counts any more
};

/// Decides from a consistent read (one without a resourceVersion) that began after we had seen everything that we know:
/// the API server then answers with a version that is not lower, unless its state was put back. `list` is the version
/// of the answer, `found` that of the witness if the answer contains it.
[[nodiscard]] Continuity continuity(const Witness& witness, std::string_view list,
                                    std::optional<std::string_view> found);

/// Whether a consistent read is older than what we know.
[[nodiscard]] bool went_back(std::string_view known, std::string_view read);

}  // namespace everynode::kube
