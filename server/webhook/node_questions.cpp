#include "node_questions.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace everynode::webhook {

std::string_view name_of(Lookup lookup) {
  switch (lookup) {
    case Lookup::found:
      return "found";
    case Lookup::absent:
      return "absent";
    case Lookup::failed:
      return "failed";
    case Lookup::late:
      return "late";
    case Lookup::turned_away:
      return "turned_away";
  }
  return "";
}

bool NodeQuestions::want(const std::string& name, Told told, Instant deadline, Instant now) {
  std::erase_if(kept_, [now](const auto& one) { return one.second.until <= now; });
  if (const auto kept = kept_.find(name); kept != kept_.end()) {
    told(kept->second.answer);
    return false;
  }
  const auto open = open_.find(name);
  const bool asks = open == open_.end();
  if (waiting_ >= most_waiting || (asks && !may_ask(now))) {
    told({.result = Lookup::turned_away});
    return false;
  }
  open_[name].push_back({.told = std::move(told), .deadline = deadline});
  ++waiting_;
  return asks;
}

bool NodeQuestions::may_ask(Instant now) {
  if (counted_ != Instant{}) allowance_ += std::chrono::duration<double>(now - counted_).count() * per_second;
  allowance_ = std::min(allowance_, static_cast<double>(most_questions));
  counted_ = now;
  if (allowance_ < 1) return false;
  --allowance_;
  return true;
}

void NodeQuestions::answer(const std::string& name, LookedUp answer, Instant now) {
  const auto open = open_.find(name);
  if (open == open_.end()) return;
  const std::vector<Waiter> waiters = std::move(open->second);
  open_.erase(open);
  waiting_ -= waiters.size();
  kept_[name] = {.answer = answer, .until = now + (answer.result == Lookup::failed ? failure_kept_for : kept_for)};
  for (const Waiter& waiter : waiters) waiter.told(answer);
}

void NodeQuestions::expire(Instant now) {
  std::vector<Waiter> late;
  for (auto& [name, waiters] : open_) {
    const auto gone = std::ranges::partition(waiters, [now](const Waiter& one) { return one.deadline > now; });
    std::ranges::move(gone, std::back_inserter(late));
    waiters.erase(gone.begin(), gone.end());
  }
  waiting_ -= late.size();
  for (const Waiter& waiter : late) waiter.told({.result = Lookup::late});
}

std::optional<NodeQuestions::Instant> NodeQuestions::next_deadline() const {
  std::optional<Instant> next;
  for (const auto& [name, waiters] : open_) {
    for (const Waiter& waiter : waiters) next = std::min(next.value_or(waiter.deadline), waiter.deadline);
  }
  return next;
}

void NodeQuestions::give_up() {
  for (const auto& [name, waiters] : std::exchange(open_, {})) {
    for (const Waiter& waiter : waiters) waiter.told({.result = Lookup::failed});
  }
  waiting_ = 0;
}

}  // namespace everynode::webhook
