#include "file_descriptors.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace everynode::webhook {
namespace {

/// For event loops, listeners, files that we read again, and closed connections that still have a descriptor.
constexpr std::size_t own = 64;

}  // namespace

std::size_t raise_file_descriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return static_cast<std::size_t>(setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : before);
}

std::size_t connections_within(std::size_t descriptors, std::size_t wanted) {
  const std::size_t taken = own + metrics_connections;
  const std::size_t room = descriptors > taken ? descriptors - taken : 1;
  return std::min(wanted, room);
}

}  // namespace everynode::webhook
