#include "everynode/cache/store.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"

namespace everynode::cache {
namespace {
TEST(Store, IsEmptyAtFirst) {
  EXPECT_TRUE(Store().boards().empty());
}
}  // namespace
}  // namespace everynode::cache
