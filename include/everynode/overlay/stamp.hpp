/// The annotation everynode.dev/overlays: which overlays are in a pod, and a hash of what each gave it:
/// "NAME@HASH,...".
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace everynode::overlay {

/// The names and hashes in a stamp, in its order.
[[nodiscard]] std::vector<std::pair<std::string_view, std::string_view>> entries_of(std::string_view stamp);

/// What the stamp of a pod says from now on that said `written` and is fitted with `fitted`. What is in a pod is never
/// taken out of it, so an entry that nothing is known of stays: who made the pod may know more than we do.
[[nodiscard]] std::string stamp_beside(std::string_view written, const std::string& fitted);

/// Whether two stamps name the same, in whatever order.
[[nodiscard]] bool say_the_same(std::string_view one, std::string_view other);

}  // namespace everynode::overlay
