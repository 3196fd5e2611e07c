/// What one reader of the page's events is told, and when (Server-Sent Events: HTML, 9.2).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/dashboard/board.hpp"

namespace everynode::dashboard {

/// After so long without news a reader is told that there is none, so that it sees when nobody is there.
inline constexpr std::chrono::seconds beat{3};

/// Tells everything that is new each time it is asked: the slower a reader is, the more comes at once.
class Reader {
 public:
  /// `since`: what the reader has seen last of the board with this epoch. One that has seen another board, or nothing,
  /// gets all first. The board must live as long as the reader.
  Reader(const Board& board, std::string_view epoch, std::uint64_t since);

  /// One event; empty: there is none yet.
  [[nodiscard]] std::string next(objects::Time now);

 private:
  const Board& board_;
  std::optional<std::uint64_t> seen_;  ///< nullopt: nothing of this board
  std::optional<objects::Time> told_;  ///< when it was told something
};

}  // namespace everynode::dashboard
