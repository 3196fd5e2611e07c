#include "read_object.hpp"

#include "everynode/objects/decode.hpp"

namespace everynode::admission {
namespace {

/// More elements of arrays than any pod has.
constexpr std::size_t most_elements = 20'000;

}  // namespace

void read_object(codec::JsonValue value, objects::PodParts parts, Request& out) {
  codec::Reader reader(codec::UnknownFields::skipped, most_elements, value.reader.escapes());
  objects::read(codec::JsonValue{reader, value.element}, out.pod, parts);
  out.unreadable = reader.ok() ? std::string() : reader.mistake().text();
  out.too_large = reader.too_many();
}

}  // namespace everynode::admission
