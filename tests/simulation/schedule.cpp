#include "schedule.hpp"

#include <algorithm>
#include <utility>

namespace everynode::simulation {
namespace {

std::uint64_t seed_of(std::uint64_t seed, Occasion occasion) {
  return mixed(seed) ^ (std::uint64_t{occasion.step} << 32U) ^ occasion.thing;
}

}  // namespace

Schedule::Schedule(std::uint64_t seed, std::optional<std::set<Occasion>> only)
    : seed_(seed), only_(std::move(only)), rng_(seed_of(seed, {})) {}

bool Schedule::begin_step() {
  now_ = {.step = now_.step + 1, .thing = 0};
  return take_place();
}

void Schedule::begin_part() {
  constexpr std::uint32_t most_things = 64;
  now_.thing = (now_.thing / most_things + 1) * most_things;
}

bool Schedule::happens(std::size_t one_in) {
  return choice().one_in(one_in) && take_place();
}

Rng& Schedule::choice() {
  ++now_.thing;
  rng_ = Rng(seed_of(seed_, now_));
  return rng_;
}

std::chrono::milliseconds Schedule::next_answer_takes() {
  const auto longest = static_cast<std::size_t>(5 * answers_take().count());
  return std::chrono::milliseconds(choice().below(longest));
}

std::chrono::milliseconds Schedule::answers_take() const {
  return std::chrono::milliseconds(seed_ % 10 == 9 ? 1200 : 10);
}

bool Schedule::take_place() {
  if (only_ && !only_->contains(now_)) return false;
  happened_.push_back(now_);
  return true;
}

std::set<Occasion> shrink(std::vector<Occasion> happened, const std::function<bool(const std::set<Occasion>&)>& fails,
                          unsigned most) {
  using Difference = std::vector<Occasion>::difference_type;
  for (std::size_t size = (happened.size() + 1) / 2; size > 0 && most > 0;) {
    bool any = false;
    for (std::size_t at = 0; at < happened.size() && most > 0; --most) {
      const auto begin = happened.begin() + static_cast<Difference>(at);
      const auto end = begin + static_cast<Difference>(std::min(size, happened.size() - at));
      std::set<Occasion> fewer(happened.begin(), begin);
      fewer.insert(end, happened.end());
      if (fails(fewer)) {
        happened.erase(begin, end);
        any = true;
      } else {
        at += size;
      }
    }
    if (size > 1 || !any) size /= 2;
  }
  return {happened.begin(), happened.end()};
}

}  // namespace everynode::simulation
