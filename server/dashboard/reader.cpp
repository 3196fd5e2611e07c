#include "everynode/dashboard/reader.hpp"

namespace everynode::dashboard {
namespace {

/// The data has no line breaks: it is JSON in one line.
std::string event(std::string_view name, std::string_view data) {
  return "event: " + std::string(name) + "\ndata: " + std::string(data) + "\n\n";
}

}  // namespace

Reader::Reader(const Board& board, std::string_view epoch, std::uint64_t since) : board_(board) {
  if (epoch == board.epoch() && since <= board.sequence()) seen_ = since;
}

std::string Reader::next(objects::Time now) {
  const std::uint64_t current = board_.sequence();
  std::string text;
  if (!seen_) {
    text = event("snapshot", board_.snapshot(now));
  } else if (*seen_ < current) {
    text = event("delta", board_.delta(*seen_, now));
  } else if (!told_ || now - *told_ >= beat || now < *told_) {
    text = event("beat", "{}");
  } else {
    return {};
  }
  seen_ = current;
  told_ = now;
  return text;
}

}  // namespace everynode::dashboard
