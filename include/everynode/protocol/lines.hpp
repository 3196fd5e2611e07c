/// Splits the body of a watch into lines, one event each. Lines arrive in pieces of any size.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace everynode::protocol {

class LineSplitter {
 public:
  /// A line longer than `limit` bytes ends the splitting.
  explicit LineSplitter(std::size_t limit) : limit_(limit) {}

  enum class Result {
    more,     ///< all complete lines were passed on; the rest waits for its end
    stopped,  ///< `on_line` returned false
    too_long,
  };

  /// Calls `on_line(line)` for each line that `piece` completes, until it returns false. Skips empty lines.
  template <class OnLine>
  Result feed(std::string_view piece, OnLine on_line);

  /// The text behind the last line end: the last line of a body that does not end with one.
  [[nodiscard]] std::string_view last() const { return rest_; }

 private:
  std::size_t limit_;
  std::string rest_;
};

template <class OnLine>
LineSplitter::Result LineSplitter::feed(std::string_view piece, OnLine on_line) {
  for (std::size_t end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
    if (rest_.size() + end > limit_) return Result::too_long;
    std::string_view line = piece.substr(0, end);
    piece.remove_prefix(end + 1);
    if (!rest_.empty()) line = rest_.append(line);
    const bool goes_on = line.empty() || on_line(line);
    rest_.clear();
    if (!goes_on) return Result::stopped;
  }
  if (rest_.size() + piece.size() > limit_) return Result::too_long;
  rest_.append(piece);
  return Result::more;
}

}  // namespace everynode::protocol
