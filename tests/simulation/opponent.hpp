/// Somebody who undoes the reconciler's work as fast as it is done, in one way.
#pragma once

#include <cstdint>
#include <string_view>

#include "rng.hpp"
#include "simulated_api.hpp"

namespace everynode::simulation {

class Opponent {
 public:
  /// Two seeds of three have none.
  Opponent(SimulatedApi& api, Rng& rng);

  [[nodiscard]] bool is_there() const { return way_ != Way::none; }
  [[nodiscard]] std::string_view name() const;
  /// Does to all that is there what it does.
  void act();
  void go_away();

 private:
  enum class Way : std::uint8_t { none, deletes, pins, relabels, rehashes, disowns, ends, fails, taints };

  void alter(objects::DaemonPod& pod) const;
  void taint_all();

  SimulatedApi& api_;
  Way way_ = Way::none;
};

}  // namespace everynode::simulation
