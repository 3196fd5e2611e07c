/// What a request to the page's server asks for.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "everynode/http/message.hpp"

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

/// A Response: nobody needs to be asked, as for what is not there (404), another method than GET (405), or a query that
/// makes no sense (400).
using Route = std::variant<http::Response, Asset, AskSnapshot, AskEvents, AskWhy, AskHistory>;

[[nodiscard]] Route route_of(const http::Request& request);

}  // namespace everynode::dashboard
