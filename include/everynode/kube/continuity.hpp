/// Whether the cluster's state goes on from what was seen, or was put back: a backup of etcd that is restored takes the
/// resourceVersions back with it, and whoever goes on from the old ones waits for ever.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/kube/request.hpp"

namespace everynode::kube {

/// The newest thing that is known of a resource: this object, at this version.
struct Witness {
  kube::ObjectKey key;
  std::string resource_version;  ///< empty: nothing is known
  bool deleted = false;          ///< what happened to it last

  [[nodiscard]] bool empty() const { return resource_version.empty(); }
  bool operator==(const Witness&) const = default;
};

/// The newer of two; `a` if they cannot be compared.
[[nodiscard]] const Witness& newer(const Witness& a, const Witness& b);

enum class Continuity : std::uint8_t {
  proven,     ///< the witness is as it was: a watch goes on from there
  uncertain,  ///< it has changed or gone since, which happens in both cases: only a list tells
  broken,     ///< the state went back: nothing that is known counts any more
};

/// Judges by a consistent read (one without a resourceVersion) that began after all that is known was seen: then the
/// API server answers with a version that is not lower, unless its state was put back. `list` is the version of the
/// answer, `found` that of the witness in it, if it is there.
[[nodiscard]] Continuity continuity(const Witness& witness, std::string_view list,
                                    std::optional<std::string_view> found);

/// Whether a consistent read went back behind what is known.
[[nodiscard]] bool went_back(std::string_view known, std::string_view read);

}  // namespace everynode::kube
