/// A table that forgets the value that was not used for the longest time.
#pragma once

#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace everynode::protocol {

template <class Value>
class Lru {
 public:
  explicit Lru(std::size_t capacity) : capacity_(capacity) {}

  /// The value of this key, a new one if there is none. Valid until the next call.
  Value& operator[](std::string_view key) {
    if (const auto found = index_.find(key); found != index_.end()) {
      values_.splice(values_.begin(), values_, found->second);
      return values_.front().second;
    }
    values_.emplace_front(std::string(key), Value{});
    index_.emplace(values_.front().first, values_.begin());
    if (values_.size() > capacity_) {
      index_.erase(values_.back().first);
      values_.pop_back();
    }
    return values_.front().second;
  }

  [[nodiscard]] std::size_t size() const { return values_.size(); }

 private:
  using Values = std::list<std::pair<std::string, Value>>;

  std::size_t capacity_;
  Values values_;
  std::unordered_map<std::string_view, typename Values::iterator> index_;  ///< the keys live in `values_`
};

}  // namespace everynode::protocol
