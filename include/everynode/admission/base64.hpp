/// Base64 (RFC 4648, section 4), the form in which an AdmissionReview carries its patch.
#pragma once

#include <string>
#include <string_view>

namespace everynode::admission {

[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace everynode::admission
