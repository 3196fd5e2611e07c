/// Begins coroutines that nobody waits for.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "everynode/cluster/client.hpp"

namespace everynode::cluster {

/// What the coroutine throws comes out of the event loop's `run`, and ends the process: work that was broken off
/// unnoticed would leave its DaemonSet waiting for ever.
void spawn(const boost::asio::any_io_executor& executor, Awaitable<void> coroutine);

}  // namespace everynode::cluster
