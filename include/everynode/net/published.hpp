/// A value that one thread replaces while others read it.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace everynode::net {

/// An immutable value, or none. Thread-safe. libstdc++ 12's `std::atomic<std::shared_ptr>` would do, but its readers
/// release its lock without ordering what they have read before it.
template <class T>
class Published {
 public:
  Published() = default;
  explicit Published(std::shared_ptr<const T> value) : value_(std::move(value)) {}

  [[nodiscard]] std::shared_ptr<const T> load() const {
    const std::scoped_lock lock(mutex_);
    return value_;
  }
  /// The value before is destroyed outside the lock, if nobody reads it any more.
  Published& operator=(std::shared_ptr<const T> value) {
    const std::scoped_lock lock(mutex_);
    value_.swap(value);
    return *this;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;
};

}  // namespace everynode::net
