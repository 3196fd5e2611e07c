/// Decides which of the possible things happen in a simulation. The seed decides each of them independently, so that
/// one can be left out without changing the others.
#pragma once

#include <chrono>
#include <compare>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "rng.hpp"

namespace everynode::simulation {

/// One thing that may happen: the step of the simulation, and the thing's number in it. Thing 0 is the whole step.
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
  /// A part of the step begins: things that were left out of the part before do not change the numbers of this part's
  /// things.
  void begin_part();
  /// Whether the next thing happens, with a chance of one in `one_in`. From now on the rng decides its details.
  bool happens(std::size_t one_in);
  /// The next choice of an amount or a duration.
  Rng& choice();
  /// The next choice of how long an answer takes, five times `answers_take()` at most.
  std::chrono::milliseconds next_answer_takes();
  /// With one seed in ten longer than a plan lives.
  [[nodiscard]] std::chrono::milliseconds answers_take() const;

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

/// The things that can be left out of a failure. `fails` tells whether the simulation still fails without them, and
/// what happened then. Calls it at most `most` times; if these are enough, no further single thing can be left out.
[[nodiscard]] std::set<Occasion> shrink(std::vector<Occasion> happened,
                                        const std::function<bool(const std::set<Occasion>&)>& fails, unsigned most);

}  // namespace everynode::simulation
