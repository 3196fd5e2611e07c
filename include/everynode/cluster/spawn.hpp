/// Starts coroutines that no caller waits for.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "everynode/cluster/client.hpp"

namespace everynode::cluster {

/// An exception of the coroutine leaves the event loop's `run` and ends the process: if the work ended unnoticed, its
/// DaemonSet would wait for ever.
void spawn(const boost::asio::any_io_executor& executor, Awaitable<void> coroutine);

}  // namespace everynode::cluster
