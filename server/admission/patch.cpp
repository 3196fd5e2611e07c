#include "everynode/admission/patch.hpp"

#include "everynode/codec/json_text.hpp"

namespace everynode::admission {

Operation Operation::add(std::string path, std::string value) {
  return {.path = std::move(path), .value = std::move(value), .from = {}};
}

Operation Operation::move(std::string from, std::string path) {
  return {.path = std::move(path), .value = {}, .from = std::move(from)};
}

std::string to_json(const Patch& patch) {
  constexpr std::size_t usual = 256;  // of one operation
  std::string out;
  out.reserve(usual * patch.size());
  out += '[';
  for (const Operation& operation : patch) {
    if (out.size() > 1) out += ',';
    out += operation.from.empty() ? R"({"op":"add")" : R"({"op":"move")";
    if (!operation.from.empty()) {
      codec::append_member(out, "from");
      codec::append_quoted(out, operation.from);
    }
    codec::append_member(out, "path");
    codec::append_quoted(out, operation.path);
    if (operation.from.empty()) {
      codec::append_member(out, "value");
      out += operation.value;
    }
    out += '}';
  }
  out += ']';
  return out;
}

}  // namespace everynode::admission
