#include "everynode/codec/protobuf.hpp"

#include <simdjson.h>

#include <cstdint>
#include <cstring>

namespace everynode::codec {

namespace {

/// Most texts of the API are, and short: calling for the fastest way to check them takes longer than this.
bool is_ascii(std::string_view text) {
  std::uint64_t bits = 0;
  while (text.size() >= sizeof(bits)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof(word));
    bits |= word;
    text.remove_prefix(sizeof(word));
  }
  for (const char one : text) bits |= static_cast<unsigned char>(one);
  constexpr std::uint64_t high_bits = 0x8080808080808080U;
  return (bits & high_bits) == 0;
}

}  // namespace

std::string_view read_text(Message& message) {
  const protozero::data_view bytes = message.get_view();
  const std::string_view text(bytes.data(), bytes.size());
  if (!is_ascii(text) && !simdjson::validate_utf8(text)) throw UnexpectedProtobuf("a text that is not UTF-8");
  return text;
}

Envelope open_envelope(std::string_view bytes) {
  constexpr std::string_view magic("k8s\0", 4);
  if (!bytes.starts_with(magic)) throw UnexpectedProtobuf("Kubernetes' magic number is missing");
  bytes.remove_prefix(magic.size());
  Envelope out;
  read_fields(Message(bytes.data(), bytes.size()),
              visit<1>([&](Message type) { read_fields(type, field<2>(out.kind)); }),
              visit<2>([&](Message object) { out.object = object; }));
  return out;
}

}  // namespace everynode::codec
