/// libyaml's parser: turns a text into events, each with its place.
#pragma once

#include <yaml.h>

#include <cstddef>
#include <exception>
#include <string>

#include "everynode/codec/mistake.hpp"

namespace everynode::files {

/// Line and column, counted from 1.
struct Place {
  std::size_t line = 1;
  std::size_t column = 1;
};

/// Only this folder throws it, because reading is recursive.
class YamlMistake : public std::exception {
 public:
  YamlMistake(Place place, std::string what);

  /// Its place is "line 2, column 3".
  [[nodiscard]] const codec::Mistake& mistake() const { return mistake_; }
  [[nodiscard]] const char* what() const noexcept override { return mistake_.what.c_str(); }

 private:
  codec::Mistake mistake_;
};

struct YamlEvent {
  yaml_event_type_t type = YAML_NO_EVENT;
  std::string anchor;  ///< of the value; for an alias, the anchor that it refers to
  std::string tag;
  std::string text;    ///< of a scalar
  bool plain = false;  ///< a scalar without quotes and without a tag
  Place place;
};

class YamlEvents {
 public:
  /// The text must stay where it is while this object lives.
  explicit YamlEvents(const std::string& text);
  YamlEvents(const YamlEvents&) = delete;
  YamlEvents& operator=(const YamlEvents&) = delete;
  ~YamlEvents();

  /// The next event. Throws a YamlMistake where the text is not YAML, or declares another version than YAML 1.1.
  YamlEvent next();

 private:
  [[noreturn]] void fail() const;
  [[nodiscard]] std::string problem() const;
  [[nodiscard]] char at(const yaml_mark_t& mark) const;
  [[nodiscard]] Place place_at(std::size_t offset) const;

  const std::string& text_;
  yaml_parser_t parser_{};
};

}  // namespace everynode::files
