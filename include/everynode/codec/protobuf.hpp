/// Kubernetes' protobuf, read field by field. The numbers of fields are those of each API group's `generated.proto`,
/// and never change.
#pragma once

#include <expected>
#include <optional>
#include <protozero/pbf_reader.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "everynode/codec/field.hpp"
#include "everynode/codec/mistake.hpp"

namespace everynode::codec {

/// The fields of one object. The bytes must stay where they are.
///
/// Malformed bytes throw an exception derived from std::exception; `read_protobuf` turns it into a mistake.
using Message = protozero::pbf_reader;

/// Well-formed protobuf with unexpected content.
struct UnexpectedProtobuf : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The text at which the message stands. Throws if it is not UTF-8: the reader of JSON refuses that as well.
[[nodiscard]] std::string_view read_text(Message& message);

/// Ends the reading: for what is read in both encodings, as `JsonValue::fail`.
[[noreturn]] inline void fail(const Message&, const char* what) {
  throw UnexpectedProtobuf(what);
}

/// Bytes that may be no text.
struct Bytes {
  std::string_view bytes;
};

template <class Out>
concept ProtobufText = std::is_same_v<Out, std::string> || std::is_same_v<Out, std::string_view>;

template <class Out>
struct WireType {
  static constexpr auto value =
      std::is_integral_v<Out> ? protozero::pbf_wire_type::varint : protozero::pbf_wire_type::length_delimited;
};
template <class Out>
struct WireType<std::optional<Out>> : WireType<Out> {};

template <class Out>
void read_next(Message& message, std::vector<Out>& out);

/// An optional list grows as well: its elements come one by one.
template <class Out>
void read_next(Message& message, std::optional<Out>& out);

template <class Out>
void read_next(Message& message, Out& out) {
  if constexpr (ProtobufText<Out>) {
    out = read_text(message);
  } else if constexpr (std::is_same_v<Out, Bytes>) {
    const protozero::data_view found = message.get_view();
    out.bytes = {found.data(), found.size()};
  } else if constexpr (std::is_integral_v<Out>) {
    out = static_cast<Out>(message.get_int64());
  } else {
    read(message.get_message(), out);
  }
}

template <class Out>
void read_next(Message& message, std::vector<Out>& out) {
  read_next(message, out.emplace_back());
}

template <class Out>
void read_next(Message& message, std::optional<Out>& out) {
  read_next(message, out ? *out : out.emplace());
}

// Inlined: a watch of pods runs through here for each field.
template <class Out>
[[nodiscard, gnu::always_inline]] inline bool read_if(Message& message, FieldNumber number, const ReadInto<Out>& into) {
  if (message.tag_and_type() != protozero::tag_and_type(number, WireType<Out>::value)) return false;
  read_next(message, into.out);
  return true;
}
template <template <class> class By, class Read>
[[nodiscard, gnu::always_inline]] inline bool read_if(Message& message, FieldNumber number, const By<Read>& by) {
  if (message.tag_and_type() != protozero::tag_and_type(number, protozero::pbf_wire_type::length_delimited)) {
    return false;
  }
  by.read(message.get_message());
  return true;
}

/// Reads these fields of an object. One that is repeated is read each time.
template <FieldName... names, FieldNumber... numbers, class... Reads>
[[gnu::always_inline]] inline void read_fields(Message message, const Field<names, numbers, Reads>&... fields) {
  static_assert(((numbers > 0) && ...), "a field without a number is read from JSON only");
  while (message.next()) {
    const bool known = (read_if(message, numbers, fields.read) || ...);
    if (!known) message.skip();
  }
}

/// What surrounds an object: Kubernetes' magic number and a `runtime.Unknown`.
struct Envelope {
  std::string_view kind;
  Message object;
};

[[nodiscard]] Envelope open_envelope(std::string_view bytes);

/// Calls `read`, which may throw what is wrong, and returns it. It knows no place.
template <class Read>
[[nodiscard]] std::expected<void, Mistake> read_protobuf(Read read) {
  try {
    read();
    return {};
  } catch (const std::exception& error) {
    return mistake(error.what());
  }
}

}  // namespace everynode::codec
