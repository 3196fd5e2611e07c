/// The time zones that policies name, as values: whoever keeps them says where they come from.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "everynode/objects/rollout_policy.hpp"

namespace cctz {
class time_zone;
}

namespace everynode::rollout {

/// Where each clock of a zone stands, from the past to centuries ahead.
using TimeZone = std::shared_ptr<const cctz::time_zone>;

/// Not thread-safe.
class TimeZones {
 public:
  /// Null: there is no such zone.
  using Load = std::function<TimeZone(const std::string& name)>;

  /// Knows none.
  TimeZones() = default;
  explicit TimeZones(Load load) : load_(std::move(load)) {}

  /// Loads the zones of the policy's windows that are not known yet.
  void learn(const objects::RolloutPolicy& policy);
  /// Null: not known.
  [[nodiscard]] const cctz::time_zone* find(std::string_view name) const;

 private:
  Load load_;
  std::map<std::string, TimeZone, std::less<>> known_;
};

/// Whether the IANA database might have a zone of this name. "localtime" and the like are names of files there, but of
/// no place.
[[nodiscard]] bool may_be_zone(std::string_view name);

}  // namespace everynode::rollout
