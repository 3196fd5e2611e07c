/// A value that many objects share.
#pragma once

#include <memory>
#include <utility>

namespace everynode::objects {

/// An immutable value, or none. Copies share it; equal values need not.
template <class T>
class Shared {
 public:
  Shared() = default;
  Shared(T value) : value_(std::make_shared<const T>(std::move(value))) {}

  explicit operator bool() const { return value_ != nullptr; }
  const T* operator->() const { return value_.get(); }
  const T& operator*() const { return *value_; }
  void reset() { value_.reset(); }
  /// Whether no copy shares it.
  [[nodiscard]] bool alone() const { return value_.use_count() == 1; }

  bool operator==(const Shared& other) const {
    return value_ == other.value_ || (value_ && other.value_ && *value_ == *other.value_);
  }

 private:
  std::shared_ptr<const T> value_;
};

}  // namespace everynode::objects
