/// What the Kubernetes API answered, as a value: an error of the API is an answer too.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/kube/request.hpp"

namespace everynode::kube {

struct Reply {
  unsigned status = 0;  ///< HTTP status code
  std::string body;  ///< has `codec::Document::padding` bytes of capacity to spare, so that it can be parsed in place
  std::optional<std::chrono::seconds> retry_after;
  Encoding encoding = Encoding::json;      ///< of the body
  std::vector<std::string> warnings = {};  ///< of the server and its webhooks, for people

  [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
};

/// No answer came. If `sent`, the server may have acted on the request all the same.
struct NoReply {
  std::string why;  ///< for people: names the address
  bool sent = false;
  bool silent = false;  ///< the answer had begun, and nothing of it came for as long as one waits
  bool lasting =
      false;  ///< it stays so until somebody mends it: a certificate. A credential plugin may need the network
};

using Outcome = std::expected<Reply, NoReply>;

/// The body of a refusal: `v1.Status`.
struct ApiStatus {
  unsigned code = 0;
  std::string
      reason;  ///< "AlreadyExists", "Conflict", "NotFound", "Forbidden", "Expired", ...; empty if there was none
  std::string message;  ///< for people
  std::string cause;    ///< details.causes[0].reason, e.g. "NamespaceTerminating"

  bool operator==(const ApiStatus&) const = default;
};

/// The body is a web page, so it comes from a proxy or a sign-in service, not from the API server.
[[nodiscard]] bool is_html(std::string_view body);

/// Reads a refusal. For a body that is not a Status, the result has the HTTP code, and as its message the first line or
/// a note that the body is an HTML page.
[[nodiscard]] ApiStatus status_of(const Reply& reply);

/// One line for the log: what we asked, and why the API server did not do it. A refusal by RBAC names the verb, the
/// resource and the rule to add to the role.
[[nodiscard]] std::string explain(const Request& request, const ApiStatus& status);

/// The same for any outcome but success.
[[nodiscard]] std::string explain(const Request& request, const Outcome& outcome);

}  // namespace everynode::kube
