#include "everynode/net/gzip.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/beast/zlib/inflate_stream.hpp>
#include <cstdint>

namespace everynode::net {
namespace {

namespace zlib = boost::beast::zlib;

constexpr std::size_t trailer_size = 8;

// Flags of the header (RFC 1952, 2.3.1).
constexpr std::uint8_t has_crc = 2;
constexpr std::uint8_t has_extra = 4;
constexpr std::uint8_t has_name = 8;
constexpr std::uint8_t has_comment = 16;

std::uint8_t byte(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

std::uint32_t word(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = (value << 8U) | byte(bytes, i);
  return value;
}

/// False: there are not so many.
bool skip(std::string_view& bytes, std::size_t count) {
  if (bytes.size() < count) return false;
  bytes.remove_prefix(count);
  return true;
}

bool skip_text(std::string_view& bytes) {
  const std::size_t end = bytes.find('\0');
  return end != std::string_view::npos && skip(bytes, end + 1);
}

bool skip_header(std::string_view& bytes) {
  if (bytes.size() < 10 || !bytes.starts_with("\x1f\x8b\x08")) return false;
  const std::uint8_t flags = byte(bytes, 3);
  bytes.remove_prefix(10);
  if ((flags & has_extra) != 0) {
    if (bytes.size() < 2) return false;
    const std::size_t size = byte(bytes, 0) + 256UL * byte(bytes, 1);
    if (!skip(bytes, size + 2)) return false;
  }
  if ((flags & has_name) != 0 && !skip_text(bytes)) return false;
  if ((flags & has_comment) != 0 && !skip_text(bytes)) return false;
  return (flags & has_crc) == 0 || skip(bytes, 2);
}

/// RFC 1952, 8: the sample code's table.
constexpr std::array<std::uint32_t, 256> crc_table = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t n = 0; n < table.size(); ++n) {
    std::uint32_t value = n;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1U) != 0 ? 0xedb88320U ^ (value >> 1U) : value >> 1U;
    table[n] = value;
  }
  return table;
}();

std::uint32_t crc_of(std::string_view text) {
  std::uint32_t crc = 0xffffffffU;
  for (const char c : text) crc = crc_table[(crc ^ static_cast<std::uint8_t>(c)) & 0xffU] ^ (crc >> 8U);
  return crc ^ 0xffffffffU;
}

std::string four_bytes(std::uint32_t value) {
  std::string bytes;
  for (int i = 0; i < 4; ++i, value >>= 8U) bytes += static_cast<char>(value & 0xffU);
  return bytes;
}

/// Inflates what stands before the trailer. The trailer must be there: Beast reads ahead before it sees the end.
std::optional<std::string> inflate(std::string_view bytes, std::size_t limit, std::size_t padding) {
  constexpr std::size_t first = 65536;
  std::string text;
  zlib::inflate_stream stream;
  zlib::z_params step;
  step.next_in = bytes.data();
  step.avail_in = bytes.size();
  std::size_t done = 0;
  boost::system::error_code error;
  while (!error) {
    text.resize(std::max(first, 2 * text.size()));  // more than the limit: Beast does not see the end in a small buffer
    step.next_out = text.data() + done;
    step.avail_out = text.size() - done;
    stream.write(step, zlib::Flush::sync, error);
    done = text.size() - step.avail_out;
    if (done > limit) return std::nullopt;
  }
  if (error != zlib::error::end_of_stream || step.avail_in != trailer_size) return std::nullopt;
  text.resize(done);
  text.reserve(done + padding);
  return text;
}

}  // namespace

std::string gzip(std::string_view text) {
  // RFC 1952, 2.3: deflate, no flags, no time, no extra flags, an unknown system.
  constexpr std::string_view header("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
  constexpr int level = 6;
  constexpr int window_bits = 15;
  constexpr int memory_level = 8;
  zlib::deflate_stream stream;
  stream.reset(level, window_bits, memory_level, zlib::Strategy::normal);
  std::string bytes(header);
  bytes.resize(header.size() + stream.upper_bound(text.size()));
  zlib::z_params step;
  step.next_in = text.data();
  step.avail_in = text.size();
  step.next_out = bytes.data() + header.size();
  step.avail_out = bytes.size() - header.size();
  boost::system::error_code error;
  stream.write(step, zlib::Flush::finish, error);
  bytes.resize(bytes.size() - step.avail_out);
  return bytes + four_bytes(crc_of(text)) + four_bytes(static_cast<std::uint32_t>(text.size()));
}

std::optional<std::string> gunzip(std::string_view bytes, std::size_t limit, std::size_t padding) {
  if (!skip_header(bytes) || bytes.size() < trailer_size) return std::nullopt;
  const std::string_view trailer = bytes.substr(bytes.size() - trailer_size);
  auto text = inflate(bytes, limit, padding);
  const bool whole = text && crc_of(*text) == word(trailer) && (text->size() & 0xffffffffU) == word(trailer.substr(4));
  return whole ? std::move(text) : std::nullopt;
}

}  // namespace everynode::net
