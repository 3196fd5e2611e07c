/// Kubernetes' protobuf, read field by field. The numbers of fields are those of each API group's `generated.proto`,
/// and never change.
#pragma once

#include <cstdint>
#include <protozero/pbf_reader.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace everynode::codec {

/// The fields of one object. The bytes must stay where they are.
///
/// Malformed bytes throw an exception derived from std::exception; `protobuf_mistake` turns it into a text.
using Message = protozero::pbf_reader;

/// Well-formed protobuf with unexpected content.
struct UnexpectedProtobuf : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A field that somebody asks for: its number and type, and what is done with its value.
template <class Take>
struct Field {
  std::uint32_t tag_and_type;
  Take take;
};

/// The text at which the message stands. Throws if it is not UTF-8: the reader of JSON refuses that as well.
[[nodiscard]] std::string_view read_text(Message& message);

/// `out` may be a view, which is valid as long as the bytes.
template <class Text>
[[nodiscard]] auto text(std::uint32_t number, Text& out) {
  return Field{protozero::tag_and_type(number, protozero::pbf_wire_type::length_delimited),
               [&out](Message& message) { out = read_text(message); }};
}

/// Calls `visit(text)` for each text of a repeated field.
template <class Visit>
[[nodiscard]] auto texts(std::uint32_t number, Visit visit) {
  return Field{protozero::tag_and_type(number, protozero::pbf_wire_type::length_delimited),
               [visit](Message& message) { visit(read_text(message)); }};
}

/// Calls `visit(bytes)`.
template <class Visit>
[[nodiscard]] auto bytes(std::uint32_t number, Visit visit) {
  return Field{protozero::tag_and_type(number, protozero::pbf_wire_type::length_delimited), [visit](Message& message) {
                 const protozero::data_view found = message.get_view();
                 visit(std::string_view(found.data(), found.size()));
               }};
}

/// A bool, or an integer.
template <class Integer>
[[nodiscard]] auto integer(std::uint32_t number, Integer& out) {
  return Field{protozero::tag_and_type(number, protozero::pbf_wire_type::varint),
               [&out](Message& message) { out = static_cast<Integer>(message.get_int64()); }};
}

/// Calls `visit(message)`; of a repeated field, for each.
template <class Visit>
[[nodiscard]] auto message(std::uint32_t number, Visit visit) {
  return Field{protozero::tag_and_type(number, protozero::pbf_wire_type::length_delimited),
               [visit](Message& outer) { visit(outer.get_message()); }};
}

/// Reads these fields, and skips all others.
template <class... Takes>
void read_fields(Message message, const Field<Takes>&... fields) {
  while (message.next()) {
    const std::uint32_t here = message.tag_and_type();
    const bool wanted = ((here == fields.tag_and_type && (fields.take(message), true)) || ...);
    if (!wanted) message.skip();
  }
}

/// What surrounds an object: Kubernetes' magic number and a `runtime.Unknown`.
struct Envelope {
  std::string_view kind;
  Message object;
};

[[nodiscard]] Envelope open_envelope(std::string_view bytes);

/// Calls `read` and returns what was wrong; empty if nothing was.
template <class Read>
[[nodiscard]] std::string protobuf_mistake(Read read) {
  try {
    read();
    return {};
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace everynode::codec
