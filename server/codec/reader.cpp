#include "everynode/codec/reader.hpp"

#include <algorithm>
#include <utility>

#include "everynode/codec/document.hpp"
#include "everynode/codec/json_text.hpp"

namespace everynode::codec {
namespace {

template <class Whole>
void read_text_of(JsonValue value, simdjson::simdjson_result<Whole> found, std::string_view expected,
                  std::string_view& out) {
  Whole whole;
  if (value.reader.failed(std::move(found).get(whole), expected)) return;
  value.reader.failed(whole.raw_json().get(out));
}

}  // namespace

void read(JsonValue value, std::string_view& out) {
  value.reader.failed(value.element.get_string().get(out), "expected a string");
}

void read(JsonValue value, std::string& out) {
  std::string_view text;
  read(value, text);
  out = text;
}

void read(JsonValue value, bool& out) {
  value.reader.failed(value.element.get_bool().get(out), "expected true or false");
}

void read(JsonValue value, std::int64_t& out) {
  value.reader.failed(value.element.get_int64().get(out), "expected an integer");
}

void read_raw(JsonValue value, std::string_view& out) {
  read_text_of(value, value.element.get_object(), "expected an object", out);
}

void read_raw_array(JsonValue value, std::string_view& out) {
  read_text_of(value, value.element.get_array(), "expected an array", out);
}

void Reader::refuse(Key unknown) {
  const std::string_view rest(unknown.raw());
  fail("unknown field \"" + std::string(clipped(rest.substr(0, rest.find('"')))) + "\"");
}

void Reader::record(simdjson::error_code code, std::string_view expected) {
  const bool other_type =
      code == simdjson::INCORRECT_TYPE || code == simdjson::NUMBER_ERROR || code == simdjson::NUMBER_OUT_OF_RANGE;
  fail(other_type && !expected.empty() ? std::string(expected) : describe(code));
}

void Reader::fail_of_number() {
  fail("more than " + std::to_string(most_elements_) + " elements in all");
  too_many_ = true;
}

void Reader::fail(std::string_view what) {
  if (!ok()) return;
  std::string where;
  for (std::size_t i = 0; i < std::min(depth_, path_.size()); ++i) {
    if (path_[i].name.empty()) {
      where += "[" + std::to_string(path_[i].index) + "]";
      continue;
    }
    if (!where.empty()) where += '.';
    where += clipped(path_[i].name);
  }
  mistake_ = Mistake{.where = std::move(where), .what = std::string(what)};
}

}  // namespace everynode::codec
