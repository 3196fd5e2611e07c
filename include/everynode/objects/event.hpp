/// What the inspection reads of a `v1.Event`.
#pragma once

#include <string>

#include "everynode/objects/time.hpp"

namespace everynode::objects {

struct Event {
  std::string uid;
  std::string about;  ///< involvedObject.uid
  std::string reason;
  std::string message;
  Time last{};  ///< when it happened last; the epoch: it does not say

  bool operator==(const Event&) const = default;
};

}  // namespace everynode::objects
