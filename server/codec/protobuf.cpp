#include "everynode/codec/protobuf.hpp"

#include <simdjson.h>

namespace everynode::codec {

std::string_view read_text(Message& message) {
  const protozero::data_view bytes = message.get_view();
  const std::string_view text(bytes.data(), bytes.size());
  if (!simdjson::validate_utf8(text)) throw UnexpectedProtobuf("a text that is not UTF-8");
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
