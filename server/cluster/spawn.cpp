#include "everynode/cluster/spawn.hpp"

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

namespace everynode::cluster {

void spawn(const boost::asio::any_io_executor& executor, Awaitable<void> coroutine) {
  const auto rethrow = [](const std::exception_ptr& error) {
    if (error) std::rethrow_exception(error);
  };
  boost::asio::co_spawn(executor, std::move(coroutine), rethrow);
}

}  // namespace everynode::cluster
