/// The API server's answer to a write, or to a request for one object: the same type for all machines.
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
#include "everynode/objects/node.hpp"
#include "everynode/objects/revision.hpp"
#include "everynode/objects/rollout_policy.hpp"

namespace everynode::sync {

/// Why there is no object, as far as the write is concerned.
enum class Failure : std::uint8_t {
  not_found,       ///< there is no such object: the API server says so, not a proxy that does not know the path
  already_exists,  ///< another object has the name
  conflict,        ///< the object is not, or no longer, as the request says: 409 or 422
  refused,         ///< the API server did not do it, for another reason
  in_doubt,        ///< 5xx, or no answer after the request was sent: the API server may have done it
  not_sent,        ///< the API server did not get it
  unreadable,      ///< the API server did it, but the object in its answer cannot be read
};

/// Why something was not done, or may not have been done.
struct Problem {
  Failure failure = Failure::refused;
  std::string text;                       ///< one line for the log: what we asked, and what is wrong
  std::optional<kube::ApiStatus> status;  ///< of a refusal

  /// For events: the API server's message if there is one.
  [[nodiscard]] const std::string& message() const { return status ? status->message : text; }
};

using Object = std::variant<objects::DaemonPod, objects::ControllerRevision, objects::DaemonSet, objects::RolloutPolicy,
                            objects::Node>;

/// The present state of the object.
using Answer = std::expected<Object, Problem>;

/// Reads what came of the request as an object of its resource: pods, controllerrevisions, daemonsets, rolloutpolicies
/// or nodes. `document` is memory to work with.
[[nodiscard]] Answer read_answer(const kube::Request& request, const kube::Outcome& outcome, codec::Document& document);

}  // namespace everynode::sync
