#include "everynode/protocol/watch_frame.hpp"

#include <optional>

#include "watch_parts.hpp"

namespace everynode::protocol {
namespace {

using codec::Message;

/// `metav1.WatchEvent`, whose object is a `runtime.RawExtension`.
struct Event {
  std::string_view type;
  std::optional<codec::Envelope> object;
};

Event open(std::string_view frame) {
  Event out;
  std::optional<codec::Bytes> raw;
  codec::read_fields(Message(frame.data(), frame.size()), codec::field<1>(out.type),
                     codec::visit<2>([&](Message extension) { codec::read_fields(extension, codec::field<1>(raw)); }));
  if (raw) out.object = codec::open_envelope(raw->bytes);
  return out;
}

/// `read` knows neither errors nor bookmarks, which have no name.
void read_object(Message object, const ReadMessage& read, WatchLine& out) {
  out.unreadable = codec::protobuf_mistake([&] { out.meta = read(object); });
  if (!out.unreadable.empty()) out.meta = objects::read_meta(object);
}

}  // namespace

std::string read_frame(std::string_view frame, const ReadMessage& read, WatchLine& out) {
  std::string mistake;
  std::string problem = codec::protobuf_mistake([&] {
    const Event event = open(frame);
    const bool is_error = event.type == "ERROR";
    if (event.object && !is_error) read_object(event.object->object, read, out);
    mistake = take_type(event.type, event.object.has_value(), out);
  });
  return problem.empty() ? mistake : problem;
}

WatchError read_frame_error(std::string_view frame) {
  std::int64_t code = 0;
  std::string_view message;
  const std::string problem = codec::protobuf_mistake([&] {
    const Event event = open(frame);
    if (event.object) codec::read_fields(event.object->object, codec::field<3>(message), codec::field<6>(code));
  });
  if (!problem.empty()) return {.code = 0, .message = "an error that cannot be read: " + problem};
  return watch_error(code, message);
}

}  // namespace everynode::protocol
