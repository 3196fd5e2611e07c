/// What a request to the page's server asks for.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <variant>

#include "everynode/codec/mistake.hpp"
#include "everynode/http/message.hpp"
#include "everynode/sync/steer.hpp"

namespace everynode::dashboard {

/// One of the page's own files.
enum class Asset : std::uint8_t { document, script, style };

/// GET /api/snapshot: all that is shown.
struct AskSnapshot {};

/// GET /api/events?epoch=E&since=N: what changes after that, as it does.
struct AskEvents {
  std::string epoch;
  std::uint64_t since = 0;
};

/// GET /api/explain?daemonSet=NAMESPACE/NAME&node=NODE: what `explain` says about a column, a row or a cell. One of the
/// two may be empty.
struct AskWhy {
  std::string namespace_;
  std::string name;
  std::string node;
};

/// GET /api/history?daemonSet=NAMESPACE/NAME: its revisions, with their templates.
struct AskHistory {
  std::string namespace_;
  std::string name;
};

/// POST /api/rollout with {"daemonSet": "NAMESPACE/NAME", "change": "promote", "revision": "agent-5f0c", "wave":
/// "canary"}: what `everynode rollout promote` does, and the other changes.
struct AskSteer {
  std::string namespace_;
  std::string name;
  sync::Wish wish;
};

/// Reads the body of such a request. It says all that a person has seen and confirmed: to promote and to retry want the
/// revision, to promote the wave too, and `undo` the number in `toRevision`; no change takes what it does not want.
[[nodiscard]] std::expected<AskSteer, codec::Mistake> read_steer(const std::string& body);

/// A Response: nobody needs to be asked, as for what is not there (404), another method than the one that is understood
/// there (405), a body of another type than JSON (415), or a query or a body that makes no sense (400).
using Route = std::variant<http::Response, Asset, AskSnapshot, AskEvents, AskWhy, AskHistory, AskSteer>;

[[nodiscard]] Route route_of(const http::Request& request);

}  // namespace everynode::dashboard
