/// Whose change has failed, and how long each is left in peace before it is tried again: nobody else waits for it.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/objects/time.hpp"

namespace everynode::daemonset {

/// Of one DaemonSet, by the object of an action (`object_of`).
class Retries {
 public:
  static constexpr std::chrono::milliseconds first{10};  ///< doubled by each failure
  static constexpr std::chrono::seconds longest{15};
  static constexpr std::chrono::minutes forgotten_after{30};
  /// After so many failures it is not a matter of a moment: what could depend on the object goes on without it.
  static constexpr unsigned patience = 3;

  void failed(std::string_view object, objects::Time now);
  void succeeded(std::string_view object);

  /// Until when the object is left in peace; nullopt: it may be tried now.
  [[nodiscard]] std::optional<objects::Time> until(std::string_view object, objects::Time now) const;
  /// In a row.
  [[nodiscard]] unsigned failures(std::string_view object) const;

  [[nodiscard]] bool empty() const { return waits_.empty(); }

  /// What was refused may be allowed now: all waits end.
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
