/// What the API server answered to a write, or to a question about one object: the same for all machines.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <variant>

#include "everynode/codec/document.hpp"
#include "everynode/kube/reply.hpp"
#include "everynode/kube/request.hpp"
#include "everynode/objects/daemon_pod.hpp"
#include "everynode/objects/daemon_set.hpp"
#include "everynode/objects/revision.hpp"

namespace everynode::sync {

/// What it means for the write that no object came.
enum class Failure : std::uint8_t {
  not_found,  ///< there is no such object: the API server's own words, not those of a proxy that knows no such path
  already_exists,  ///< another object has the name
  conflict,        ///< the object is not, or no longer, what the request says that it is: 409 or 422
  refused,         ///< it was not done, for another reason
  in_doubt,        ///< 5xx, or no answer came after it was sent: it may have been done
  not_sent,        ///< it was not done
  unreadable,      ///< it was done, and the object that came cannot be read
};

/// Why something was not done, or is not known to be done.
struct Problem {
  Failure failure = Failure::refused;
  std::string text;                       ///< one line for the log: what was asked, and what is wrong
  std::optional<kube::ApiStatus> status;  ///< of a refusal

  /// For events: the API server's own words if it said any.
  [[nodiscard]] const std::string& message() const { return status ? status->message : text; }
};

using Object = std::variant<objects::DaemonPod, objects::ControllerRevision, objects::DaemonSet>;

/// The object as it is now.
using Answer = std::expected<Object, Problem>;

/// Reads what came of the request as an object of its resource: pods, controllerrevisions or daemonsets. `document` is
/// memory to work with.
[[nodiscard]] Answer read_answer(const kube::Request& request, const kube::Outcome& outcome, codec::Document& document);

}  // namespace everynode::sync
