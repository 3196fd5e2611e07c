/// How the bodies of answers are written. Requests are JSON.
#pragma once

#include <cstdint>
#include <string_view>

namespace everynode::kube {

/// The values of the headers Accept and Content-Type. The API server encodes an event of a watch in protobuf once for
/// all its watchers, Kubernetes' own controllers among them, and in three fifths of the bytes that JSON takes.
inline constexpr std::string_view json_type = "application/json";
inline constexpr std::string_view protobuf_type = "application/vnd.kubernetes.protobuf";

enum class Encoding : std::uint8_t { json, protobuf };

/// Of a Content-Type; whatever is not protobuf is taken for JSON.
[[nodiscard]] constexpr Encoding encoding_of(std::string_view content_type) {
  return content_type.starts_with(protobuf_type) ? Encoding::protobuf : Encoding::json;
}

}  // namespace everynode::kube
