/// Lists that are read whole, page by page. Private to `inspection`.
#pragma once

#include <expected>
#include <functional>

#include "everynode/inspection/conversation.hpp"
#include "everynode/inspection/failure.hpp"
#include "everynode/protocol/watch_text.hpp"

namespace everynode::inspection {

/// Visits the objects of all pages. The problem of an object that cannot be read is `visit`'s own. False: the server
/// does not know the resource.
[[nodiscard]] std::expected<bool, Failure> visit_all(Conversation& conversation, const kube::Collection& collection,
                                                     const std::function<void(const protocol::Item&)>& visit);

}  // namespace everynode::inspection
