/// Writes protobuf as the API server does, field by field.
#pragma once

#include <cstdint>
#include <protozero/pbf_writer.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace everynode::support {

using Writer = protozero::pbf_writer;

template <class Fill>
std::string written(Fill fill) {
  std::string out;
  Writer writer(out);
  fill(writer);
  return out;
}

/// metadata with a name, a UID and a resourceVersion; the caller may append more fields.
inline std::string metadata(const std::string& name, const std::string& resource_version) {
  return written([&](Writer& meta) {
    meta.add_string(1, name);
    meta.add_string(3, "ns");
    meta.add_string(5, "uid-" + name);
    meta.add_string(6, resource_version);
  });
}

inline std::string object_with(const std::string& metadata) {
  return written([&](Writer& object) { object.add_message(1, metadata); });
}

/// A list of objects that have nothing but this metadata.
inline std::string list_of(const std::string& resource_version, const std::string& continue_,
                           const std::vector<std::string>& metadata) {
  return written([&](Writer& list) {
    list.add_message(1, written([&](Writer& meta) {
                       meta.add_string(2, resource_version);
                       meta.add_string(3, continue_);
                     }));
    for (const std::string& one : metadata) list.add_message(2, object_with(one));
  });
}

inline std::string enveloped(const std::string& kind, const std::string& object) {
  return std::string("k8s\0", 4) + written([&](Writer& unknown) {
           unknown.add_message(1, written([&](Writer& type) {
                                 type.add_string(1, "v1");
                                 type.add_string(2, kind);
                               }));
           unknown.add_bytes(2, object);
         });
}

inline std::string status(std::int32_t code, const std::string& reason, const std::string& message) {
  return enveloped("Status", written([&](Writer& object) {
                     object.add_string(3, message);
                     object.add_string(4, reason);
                     object.add_int32(6, code);
                   }));
}

/// An event of a watch.
inline std::string event(const std::string& type, const std::string& enveloped_object) {
  return written([&](Writer& out) {
    out.add_string(1, type);
    out.add_message(2, written([&](Writer& extension) { extension.add_bytes(1, enveloped_object); }));
  });
}

/// A frame: the bytes with their length before them.
inline std::string framed(const std::string& bytes) {
  std::string length;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) length += static_cast<char>(bytes.size() >> shift & 0xFF);
  return length + bytes;
}

}  // namespace everynode::support
