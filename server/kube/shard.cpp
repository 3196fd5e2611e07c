#include "everynode/kube/shard.hpp"

#include "everynode/codec/hash.hpp"

namespace everynode::kube {
namespace {

/// Where the part begins: index * 2^64 / count, rounded up, so that each hash has one part. Not for index 0.
std::uint64_t begin_of_shard(std::uint32_t index, std::uint32_t count) {
  constexpr std::uint64_t most = ~std::uint64_t{0};
  const std::uint64_t whole = most / count * index;
  // 2^64 = (most / count) * count + most % count + 1
  const std::uint64_t rest = (most % count + 1) * index;
  return whole + (rest + count - 1) / count;
}

/// The server takes bounds of 16 digits only, and the end of all of 17.
std::string bound_of_shard(std::uint32_t index, std::uint32_t count) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (index == count) return "0x10000000000000000";
  std::string text = "0x0000000000000000";
  std::uint64_t rest = begin_of_shard(index, count);
  for (auto digit = text.rbegin(); rest != 0; ++digit, rest >>= 4) *digit = digits[rest & 15];
  return text;
}

}  // namespace

bool Shard::has(std::string_view namespace_) const {
  if (namespace_.empty()) return true;
  const std::uint64_t hash = codec::fnv1a(namespace_);
  const bool ends_before = index + 1 < count && hash >= begin_of_shard(index + 1, count);
  return !ends_before && (index == 0 || hash >= begin_of_shard(index, count));
}

std::string Shard::selector() const {
  return "shardRange(object.metadata.namespace, '" + bound_of_shard(index, count) + "', '" +
         bound_of_shard(index + 1, count) + "')";
}

}  // namespace everynode::kube
