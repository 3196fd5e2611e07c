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

/// An error's object is no object of the cluster.
std::expected<WatchLine, codec::Mistake> read_event(const Event& event, const ReadMessage& read) {
  if (!event.object) return event_line(event.type, std::nullopt);
  objects::ObjectMeta meta;
  if (event.type == "ERROR") return event_line(event.type, meta);
  const auto object = codec::read_protobuf([&] { meta = read(event.object->object); });
  if (!object) meta = objects::read_meta(event.object->object);  // `read` refuses bookmarks, which have no name
  auto line = event_line(event.type, meta);
  if (line && !object) line->unreadable = object.error().text();
  return line;
}

}  // namespace

std::expected<WatchLine, codec::Mistake> read_frame(std::string_view frame, const ReadMessage& read) {
  std::expected<WatchLine, codec::Mistake> line;
  auto whole = codec::read_protobuf([&] { line = read_event(open(frame), read); });
  if (!whole) return std::unexpected(std::move(whole.error()));
  return line;
}

WatchError read_frame_error(std::string_view frame) {
  std::int64_t code = 0;
  std::string_view message;
  const auto read = codec::read_protobuf([&] {
    const Event event = open(frame);
    if (event.object) codec::read_fields(event.object->object, codec::field<3>(message), codec::field<6>(code));
  });
  if (!read) return {.code = 0, .message = "an error that cannot be read: " + read.error().text()};
  return watch_error(code, message);
}

}  // namespace everynode::protocol
