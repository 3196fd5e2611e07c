/// The encodings of answers. Requests are JSON.
#pragma once

#include <cstdint>
#include <string_view>

namespace everynode::kube {

/// Values of the headers Accept and Content-Type. The API server encodes a watch event in protobuf once for all its
/// watchers, among them Kubernetes' own controllers, and needs three fifths of the bytes of JSON.
inline constexpr std::string_view json_type = "application/json";
inline constexpr std::string_view protobuf_type = "application/vnd.kubernetes.protobuf";

enum class Encoding : std::uint8_t { json, protobuf };

/// From a Content-Type; everything but protobuf counts as JSON.
[[nodiscard]] constexpr Encoding encoding_of(std::string_view content_type) {
  return content_type.starts_with(protobuf_type) ? Encoding::protobuf : Encoding::json;
}

}  // namespace everynode::kube
