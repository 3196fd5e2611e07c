/// Which of the things that may happen in a simulation do: a seed decides each by itself, so that one can be left out
/// and the others stay as they were.
#pragma once

#include <compare>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "rng.hpp"

namespace everynode::simulation {

/// One thing that may happen: which step of the simulation, and which thing in it. Thing 0 is the whole step.
struct Occasion {
  std::uint32_t step = 0;
  std::uint32_t thing = 0;
  auto operator<=>(const Occasion&) const = default;
};

class Schedule {
 public:
  /// `only`: nothing else happens.
  explicit Schedule(std::uint64_t seed, std::optional<std::set<Occasion>> only = std::nullopt);

  /// False: the step is left out.
  bool begin_step();
  /// A part of the step begins: what is left out of the one before does not change the numbers of its things.
  void begin_part();
  /// Whether the next thing happens, with this chance. What it is in detail is up to the rng from now on.
  bool happens(std::size_t one_in);
  /// The next choice, which is about how much or how long.
  Rng& choice();

  [[nodiscard]] Rng& rng() { return rng_; }
  /// What happened so far.
  [[nodiscard]] const std::vector<Occasion>& happened() const { return happened_; }

 private:
  [[nodiscard]] bool take_place();

  std::uint64_t seed_;
  std::optional<std::set<Occasion>> only_;
  Occasion now_;
  Rng rng_;
  std::vector<Occasion> happened_;
};

/// What of a failure may be left out. `fails`: whether it still fails without these, and what happened then. Asks at
/// most so often; in the end, if there was time, nothing more can be left out by itself.
[[nodiscard]] std::set<Occasion> shrink(std::vector<Occasion> happened,
                                        const std::function<bool(const std::set<Occasion>&)>& fails, unsigned most);

}  // namespace everynode::simulation
