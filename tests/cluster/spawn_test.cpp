#include "everynode/cluster/spawn.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <stdexcept>

namespace everynode::cluster {
namespace {

Awaitable<void> fail() {
  throw std::runtime_error("broken");
  co_return;
}

TEST(Spawn, LetsNothingBeBrokenOffUnnoticed) {
  boost::asio::io_context loop;
  spawn(loop.get_executor(), fail());
  EXPECT_THROW(loop.run(), std::runtime_error);
}

}  // namespace
}  // namespace everynode::cluster
