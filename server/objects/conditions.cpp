#include "everynode/objects/conditions.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace everynode::objects {

Condition condition(std::string_view type, std::string_view status, std::string_view reason, std::string message) {
  return {.type = std::string(type),
          .status = std::string(status),
          .reason = std::string(reason),
          .message = std::move(message),
          .last_transition_time = {}};
}

void set_transition_time(Condition& condition, const std::vector<Condition>& before, Time now) {
  const auto told = std::ranges::find(before, condition.type, &Condition::type);
  const bool stays = told != before.end() && told->status == condition.status;
  condition.last_transition_time =
      stays ? told->last_transition_time : to_rfc3339(std::chrono::floor<std::chrono::seconds>(now));
}

nlohmann::ordered_json to_json(const std::vector<Condition>& conditions) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Condition& one : conditions) {
    list.push_back({{"type", one.type},
                    {"status", one.status},
                    {"reason", one.reason},
                    {"message", one.message},
                    {"lastTransitionTime", one.last_transition_time}});
  }
  return list;
}

}  // namespace everynode::objects
