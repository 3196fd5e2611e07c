/// Which objects were deleted, so that what is late does not bring them back.
#pragma once

#include <cstddef>
#include <deque>
#include <set>
#include <string>
#include <string_view>

namespace everynode::cache {

/// UIDs of deleted objects. Only the last ones are remembered.
class Tombstones {
 public:
  /// More than can be on their way in watches and answers at one time.
  static constexpr std::size_t most = 4096;

  void add(std::string_view uid) {
    const auto [added, is_new] = uids_.emplace(uid);
    if (!is_new) return;
    in_order_.push_back(added);
    if (in_order_.size() <= most) return;
    uids_.erase(in_order_.front());
    in_order_.pop_front();
  }

  [[nodiscard]] bool contains(std::string_view uid) const { return uids_.contains(uid); }

 private:
  using Uids = std::set<std::string, std::less<>>;

  Uids uids_;
  std::deque<Uids::const_iterator> in_order_;
};

}  // namespace everynode::cache
