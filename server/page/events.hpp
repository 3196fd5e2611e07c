/// The readers of the page's events. Private to `page`.
#pragma once

#include <functional>
#include <memory>
#include <set>

#include "everynode/dashboard/board.hpp"
#include "everynode/dashboard/reader.hpp"
#include "everynode/dashboard/routes.hpp"
#include "everynode/net/server.hpp"

namespace everynode::page {

/// Must outlive its streams, on whose loop it is used.
class Readers {
 public:
  explicit Readers(const dashboard::Board& board) : board_(board) {}

  [[nodiscard]] std::unique_ptr<net::EventStream> add(const dashboard::AskEvents& ask);
  /// Each reader that waits asks again.
  void wake();
  /// Their answers end: who asks anew is asked for the token.
  void end();

 private:
  class Stream;

  const dashboard::Board& board_;
  std::set<Stream*> streams_;
};

}  // namespace everynode::page
