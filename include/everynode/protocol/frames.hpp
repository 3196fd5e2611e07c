/// The body of a watch in protobuf, cut into its frames: the length of each stands before it, in four bytes, the
/// highest first. They arrive in as many pieces as the network likes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace everynode::protocol {

class FrameSplitter {
 public:
  /// A frame longer than `limit` bytes ends the splitting.
  explicit FrameSplitter(std::size_t limit) : limit_(limit) {}

  enum class Result {
    more,     ///< all whole frames were given
    stopped,  ///< `on_frame` said that it wants no more
    too_long,
  };

  /// Calls `on_frame(frame)` for each frame that `piece` completes, until it returns false.
  template <class OnFrame>
  Result feed(std::string_view piece, OnFrame on_frame);

  /// Nothing: what is not a whole frame at the end of a body says nothing.
  [[nodiscard]] static std::string_view last() { return {}; }

 private:
  static constexpr std::size_t length_size = 4;

  [[nodiscard]] static std::size_t length_at(std::string_view bytes) {
    std::size_t length = 0;
    for (const char byte : bytes.substr(0, length_size)) length = length << 8 | static_cast<std::uint8_t>(byte);
    return length;
  }

  std::size_t limit_;
  std::string rest_;
};

template <class OnFrame>
FrameSplitter::Result FrameSplitter::feed(std::string_view piece, OnFrame on_frame) {
  std::string held;
  if (!rest_.empty()) {
    held = std::move(rest_.append(piece));
    piece = held;
  }
  Result result = Result::more;
  while (piece.size() >= length_size) {
    const std::size_t length = length_at(piece);
    if (length > limit_) return Result::too_long;
    if (piece.size() - length_size < length) break;
    const bool goes_on = on_frame(piece.substr(length_size, length));
    piece.remove_prefix(length_size + length);
    if (goes_on) continue;
    result = Result::stopped;
    break;
  }
  rest_ = piece;
  return result;
}

}  // namespace everynode::protocol
