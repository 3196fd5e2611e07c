#include "everynode/protocol/watch_frame.hpp"

#include <optional>

#include "watch_parts.hpp"

namespace everynode::protocol {
namespace {

using codec::Message;

/// `metav1.WatchEvent`, whose object is a `runtime.RawExtension`.
struct FrameEvent {
  std::string_view type;
  std::optional<codec::Envelope> object;
};

FrameEvent open(std::string_view frame) {
  FrameEvent out;
  std::optional<codec::Bytes> raw;
  codec::read_fields(Message(frame.data(), frame.size()), codec::field<1>(out.type),
                     codec::visit<2>([&](Message extension) { codec::read_fields(extension, codec::field<1>(raw)); }));
  if (raw) out.object = codec::open_envelope(raw->bytes);
  return out;
}

/// An object's metadata, and what is wrong with the object; empty: `read` has read it.
struct Named {
  objects::ObjectMeta meta;
  std::string unreadable;
};

Named read_named(Message object, const ReadMessage& read) {
  Named out;
  const auto whole = codec::read_protobuf([&] { out.meta = read(object); });
  if (whole) return out;
  return {.meta = objects::read_meta(object), .unreadable = whole.error().text()};
}

/// Whether a bookmark says that all was told.
bool says_all_told(Message object) {
  bool told = false;
  const auto read_annotation = [&](Message entry) {
    std::string_view key;
    std::string_view value;
    codec::read_fields(entry, codec::field<1>(key), codec::field<2>(value));
    told = told || (key == "k8s.io/initial-events-end" && value == "true");
  };
  const auto read_metadata = [&](Message metadata) { codec::read_fields(metadata, codec::visit<12>(read_annotation)); };
  codec::read_fields(object, codec::visit<1>(read_metadata));
  return told;
}

/// An error's object is no object of the cluster.
std::expected<WatchLine, codec::Mistake> read_event(const FrameEvent& event, const ReadMessage& read) {
  if (!event.object) return event_line(event.type, std::nullopt);
  if (event.type == "ERROR") return event_line(event.type, objects::ObjectMeta());
  Named object = read_named(event.object->object, read);  // `read` refuses bookmarks, which have no name
  auto line = event_line(event.type, object.meta);
  if (!line) return line;
  line->unreadable = std::move(object.unreadable);
  line->all_told = line->event == WatchEvent::bookmark && says_all_told(event.object->object);
  return line;
}

}  // namespace

std::expected<WatchLine, codec::Mistake> read_frame(std::string_view frame, const ReadMessage& read) {
  std::expected<WatchLine, codec::Mistake> line;
  auto whole = codec::read_protobuf([&] { line = read_event(open(frame), read); });
  if (!whole) return std::unexpected(std::move(whole.error()));
  return line;
}

std::expected<ListMeta, codec::Mistake> read_list(std::string_view body, const ReadMessage& read,
                                                  const VisitObject& visit) {
  ListMeta meta;
  const auto read_meta = [&](Message list) {
    codec::read_fields(list, codec::field<2>(meta.resource_version), codec::field<3>(meta.continue_),
                       codec::visit<5>([&](Message info) { codec::read_fields(info, codec::field<1>(meta.shards)); }));
  };
  const auto read_item = [&](Message item) {
    const Named object = read_named(item, read);
    if (object.meta.name.empty()) throw codec::UnexpectedProtobuf("no metadata.name");
    visit(object.meta, object.unreadable);
  };
  auto whole = codec::read_protobuf([&] {
    codec::read_fields(codec::open_envelope(body).object, codec::visit<1>(read_meta), codec::visit<2>(read_item));
  });
  if (!whole) return std::unexpected(std::move(whole.error()));
  if (meta.resource_version.empty()) return codec::mistake("no metadata.resourceVersion");
  return meta;
}

WatchError read_frame_error(std::string_view frame) {
  std::int64_t code = 0;
  std::string_view message;
  const auto read = codec::read_protobuf([&] {
    const FrameEvent event = open(frame);
    if (event.object) codec::read_fields(event.object->object, codec::field<3>(message), codec::field<6>(code));
  });
  if (!read) return {.code = 0, .message = "an error that cannot be read: " + read.error().text()};
  return watch_error(code, message);
}

}  // namespace everynode::protocol
