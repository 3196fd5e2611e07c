#include <algorithm>

#include "everynode/objects/objects.hpp"
#include "object_metadata.hpp"

namespace everynode::objects {

using codec::field;
using codec::JsonValue;
using codec::read_fields;
using codec::visit;

ObjectMeta read(JsonValue value, Event& out) {
  ObjectMetadata metadata;
  // Of several times the latest counts: old recorders write lastTimestamp, new ones eventTime and the series.
  const auto take_time = [&](JsonValue text) {
    Time time{};
    read_time(text, time);
    out.last = std::max(out.last, time);
  };
  const auto take_object = [&](JsonValue object) { read_fields(object, field<"uid">(out.about)); };
  const auto take_series = [&](JsonValue series) { read_fields(series, visit<"lastObservedTime">(take_time)); };
  read_fields(value, field<"metadata">(metadata), visit<"involvedObject">(take_object), field<"reason">(out.reason),
              field<"message">(out.message), visit<"lastTimestamp">(take_time), visit<"eventTime">(take_time),
              visit<"series">(take_series));
  const ObjectMeta identity = require_name(value, metadata);
  out.uid = identity.uid;
  return identity;
}

}  // namespace everynode::objects
