/// Which changes have failed, and when each may be tried again: other changes do not wait for it.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/objects/time.hpp"

namespace everynode::daemonset {

/// For one DaemonSet, by the key of an action's object (`object_of`).
class Retries {
 public:
  static constexpr std::chrono::milliseconds first{10};  ///< doubled by each failure
  static constexpr std::chrono::seconds longest{8};
  static constexpr std::chrono::minutes forgotten_after{30};
  /// After this many failures the cause is not a passing one: whatever could depend on the object goes on without it.
  static constexpr unsigned patience = 3;

  void failed(std::string_view object, objects::Time now);
  void succeeded(std::string_view object);

  /// Until when the object must not be tried; nullopt: it may be tried now.
  [[nodiscard]] std::optional<objects::Time> until(std::string_view object, objects::Time now) const;
  /// The number of failures in a row.
  [[nodiscard]] unsigned failures(std::string_view object) const;

  [[nodiscard]] bool empty() const { return waits_.empty(); }

  /// A refused change may be allowed now: all waits end.
  void clear() { waits_.clear(); }

 private:
  struct Wait {
    unsigned failures = 0;
    objects::Time since{};
  };
  [[nodiscard]] static objects::Time end_of(const Wait& wait);

  std::map<std::string, Wait, std::less<>> waits_;
};

}  // namespace everynode::daemonset
