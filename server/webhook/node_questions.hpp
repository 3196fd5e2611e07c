/// Which single nodes the API server is asked for, and who waits for the answers. Private to `webhook`.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "everynode/overlay/node.hpp"

namespace everynode::webhook {

/// What somebody who wants a node is told.
enum class Lookup : std::uint8_t {
  found,
  absent,       ///< there is no such node
  failed,       ///< the API server did not say
  late,         ///< it did not say in time
  turned_away,  ///< too many nodes are asked for
};
inline constexpr Lookup lookups[] = {Lookup::found, Lookup::absent, Lookup::failed, Lookup::late, Lookup::turned_away};

/// "found", ...: a label of metrics.
[[nodiscard]] std::string_view name_of(Lookup lookup);

/// A node, if it was found, and why there is none.
struct LookedUp {
  Lookup result = Lookup::failed;
  std::shared_ptr<const overlay::Node> node{};
};

/// It knows no socket and no clock. All who want a node at one time share a question, and what was found out is good
/// for the next ones for a moment: whoever can reach the webhook can name nodes, and must not make it flood the API
/// server.
class NodeQuestions {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  using Told = std::function<void(const LookedUp&)>;  ///< called once

  static constexpr std::size_t most_waiting = 64;     ///< their requests are in memory
  static constexpr std::size_t most_questions = 100;  ///< at once; then `per_second`
  static constexpr double per_second = 20;
  static constexpr std::chrono::seconds kept_for{5};
  static constexpr std::chrono::seconds failure_kept_for{1};

  /// Somebody waits for a node until `deadline`. True: the API server has to be asked for it; `answer` is called with
  /// what it says.
  [[nodiscard]] bool want(const std::string& name, Told told, Instant deadline, Instant now);
  void answer(const std::string& name, LookedUp answer, Instant now);
  /// Tells those whose time is up.
  void expire(Instant now);
  /// When the time of the first one is up; nullopt: nobody waits.
  [[nodiscard]] std::optional<Instant> next_deadline() const;
  /// Tells all who wait that nothing comes any more.
  void give_up();

 private:
  struct Waiter {
    Told told;
    Instant deadline;
  };
  struct Kept {
    LookedUp answer;
    Instant until;
  };

  [[nodiscard]] bool may_ask(Instant now);

  std::map<std::string, std::vector<Waiter>> open_;  ///< questions under way
  std::map<std::string, Kept> kept_;
  std::size_t waiting_ = 0;
  double allowance_ = most_questions;
  Instant counted_{};  ///< when the allowance was worked out
};

}  // namespace everynode::webhook
