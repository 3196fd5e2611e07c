/// Remembers deleted objects, so that late events and answers do not bring them back.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace everynode::cache {

/// The UIDs of the last deleted objects.
class Tombstones {
 public:
  /// More than watches and answers can bring late.
  static constexpr std::size_t most = 4096;

  void add(std::string_view uid) {
    const auto [entry, is_new] = uids_.emplace(uid, added_);
    if (!is_new) return;
    ++added_;
    in_order_.emplace_back(entry);
    if (in_order_.size() <= most) return;
    uids_.erase(in_order_.front());
    in_order_.pop_front();
  }

  [[nodiscard]] bool contains(std::string_view uid) const { return uids_.contains(uid); }

  /// How many were added so far; `contained` takes this number as a moment.
  [[nodiscard]] std::size_t added() const { return added_; }
  /// Whether the UID was among them at that moment.
  [[nodiscard]] bool contained(std::string_view uid, std::size_t moment) const {
    const auto found = uids_.find(uid);
    return found != uids_.end() && found->second < moment;
  }

 private:
  using Uids = std::map<std::string, std::size_t, std::less<>>;  ///< with the value of `added` before

  Uids uids_;
  std::size_t added_ = 0;
  std::deque<Uids::const_iterator> in_order_;
};

}  // namespace everynode::cache
