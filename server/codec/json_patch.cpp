#include "everynode/codec/json_patch.hpp"

#include "everynode/codec/json_text.hpp"

namespace everynode::codec {

Operation Operation::add(std::string path, std::string value) {
  return {.kind = Kind::add, .path = std::move(path), .value = std::move(value), .from = {}};
}

Operation Operation::replace(std::string path, std::string value) {
  return {.kind = Kind::replace, .path = std::move(path), .value = std::move(value), .from = {}};
}

Operation Operation::move(std::string from, std::string path) {
  return {.kind = Kind::move, .path = std::move(path), .value = {}, .from = std::move(from)};
}

std::string_view name_of(Operation::Kind kind) {
  switch (kind) {
    case Operation::Kind::add:
      return "add";
    case Operation::Kind::move:
      return "move";
    case Operation::Kind::replace:
      return "replace";
  }
  return "";
}

std::string to_json(const Patch& patch) {
  constexpr std::size_t usual = 256;  // of one operation
  std::string out;
  out.reserve(usual * patch.size());
  out += '[';
  for (const Operation& operation : patch) {
    if (out.size() > 1) out += ',';
    const bool moves = operation.kind == Operation::Kind::move;
    out.append(R"({"op":")").append(name_of(operation.kind)).append("\"");
    if (moves) {
      append_member(out, "from");
      append_quoted(out, operation.from);
    }
    append_member(out, "path");
    append_quoted(out, operation.path);
    if (!moves) {
      append_member(out, "value");
      out += operation.value;
    }
    out += '}';
  }
  out += ']';
  return out;
}

}  // namespace everynode::codec
