/// When each wave of a rollout got its first pod.
#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "everynode/objects/time.hpp"
#include "everynode/rollout/waves.hpp"

namespace everynode::rollout {

class Turns {
 public:
  static constexpr objects::Time not_yet = objects::Time::max();

  /// A pod of the place was created then.
  void begin(const Place& place, objects::Time at) {
    objects::Time& begun = place.number == 0 ? others_.try_emplace(place, not_yet).first->second : numbered(place);
    begun = std::min(begun, at);
  }

  /// When the first was; `not_yet`: none was. Inline: each plan asks for each node.
  [[nodiscard]] objects::Time begun(const Place& place) const {
    if (place.number != 0) return place.number < by_number_.size() ? by_number_[place.number] : not_yet;
    const auto found = others_.find(place);
    return found == others_.end() ? not_yet : found->second;
  }

 private:
  objects::Time& numbered(const Place& place) {
    if (place.number >= by_number_.size()) by_number_.resize(place.number + 1, not_yet);
    return by_number_[place.number];
  }

  std::vector<objects::Time> by_number_;   ///< by the numbers of places
  std::map<Place, objects::Time> others_;  ///< whose number is not known
};

}  // namespace everynode::rollout
