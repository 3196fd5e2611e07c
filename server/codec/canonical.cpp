#include "everynode/codec/canonical.hpp"

#include <simdjson.h>

#include <array>
#include <cstdio>
#include <map>

#include "everynode/codec/document.hpp"

namespace everynode::codec {
namespace {

using simdjson::error_code;
using simdjson::ondemand::json_type;

constexpr int deepest = 128;

/// The short escapes of Go (Go 1.22 and later write \b and \f too).
constexpr std::string_view short_escape(char c) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return {};
  }
}

bool is_number(std::string_view token) {
  return !token.empty() && token.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
}

std::string_view trimmed(std::string_view token) {
  return token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
}

/// Writes one value. Works for documents and values alike, which have the same functions.
class Canonical {
 public:
  template <class Value>
  error_code append(Value& value, int depth) {
    if (depth > deepest) return simdjson::DEPTH_ERROR;
    json_type type{};
    if (const auto error = value.type().get(type)) return error;
    switch (type) {
      case json_type::object:
        return append_object(value, depth);
      case json_type::array:
        return append_array(value, depth);
      case json_type::string: {
        std::string_view text;
        if (const auto error = value.get_string().get(text)) return error;
        append_canonical_string(out, text);
        return simdjson::SUCCESS;
      }
      default:
        return append_token(value);
    }
  }

  std::string out;

 private:
  template <class Value>
  error_code append_object(Value& value, int depth) {
    simdjson::ondemand::object object;
    if (const auto error = value.get_object().get(object)) return error;
    std::map<std::string, std::string> members;
    for (auto field : object) {
      std::string_view key;
      simdjson::ondemand::value member;
      if (const auto error = field.unescaped_key().get(key)) return error;
      if (const auto error = field.value().get(member)) return error;
      std::string name(key);
      Canonical inner;
      if (const auto error = inner.append(member, depth + 1)) return error;
      members.insert_or_assign(std::move(name), std::move(inner.out));
    }
    char before = '{';
    for (const auto& [name, text] : members) {
      out += before;
      append_canonical_string(out, name);
      out += ':';
      out += text;
      before = ',';
    }
    out += members.empty() ? "{}" : "}";
    return simdjson::SUCCESS;
  }

  template <class Value>
  error_code append_array(Value& value, int depth) {
    simdjson::ondemand::array array;
    if (const auto error = value.get_array().get(array)) return error;
    out += '[';
    bool first = true;
    for (auto item : array) {
      simdjson::ondemand::value element;
      if (const auto error = item.get(element)) return error;
      if (!first) out += ',';
      if (const auto error = append(element, depth + 1)) return error;
      first = false;
    }
    out += ']';
    return simdjson::SUCCESS;
  }

  template <class Value>
  error_code append_token(Value& value) {
    std::string_view token;
    if (const auto error = simdjson::simdjson_result<std::string_view>(value.raw_json_token()).get(token)) return error;
    token = trimmed(token);
    if (token != "null" && token != "true" && token != "false" && !is_number(token)) return simdjson::TAPE_ERROR;
    out += token;
    return simdjson::SUCCESS;
  }
};

}  // namespace

void append_canonical_string(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (const auto escape = short_escape(c); !escape.empty()) {
      out += escape;
    } else if (byte < 0x20 || c == '<' || c == '>' || c == '&') {
      std::array<char, 8> code;
      std::snprintf(code.data(), code.size(), "\\u%04x", byte);
      out += code.data();
    } else if (const auto three = text.substr(i, 3); three == "\u2028" || three == "\u2029") {
      out += three == "\u2028" ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += c;
    }
  }
  out += '"';
}

std::expected<std::string, Mistake> canonical_json(std::string_view text) {
  simdjson::padded_string padded(text);
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  if (const auto error = parser.iterate(padded).get(document)) return mistake(describe(error));
  Canonical canonical;
  if (const auto error = canonical.append(document, 0)) return mistake(describe(error));
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
    return mistake("there is more text behind the value");
  }
  return std::move(canonical.out);
}

}  // namespace everynode::codec
