/// Splits the body of a watch in protobuf into frames. Four bytes before each frame give its length, the highest byte
/// first. Frames arrive in pieces of any size.
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
    more,     ///< all complete frames were passed on
    stopped,  ///< `on_frame` returned false
    too_long,
  };

  /// Calls `on_frame(frame)` for each frame that `piece` completes, until it returns false.
  template <class OnFrame>
  Result feed(std::string_view piece, OnFrame on_frame);

  /// Nothing: an incomplete frame at the end of a body means nothing.
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
