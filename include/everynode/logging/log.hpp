/// The log: one line per event, JSON for machines or plain text on a terminal. Writing never blocks the caller: a
/// reader of our output that is stuck must not stop admission.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace everynode::logging {

enum class Format { automatic, json, text };  ///< automatic: text if standard error is a terminal
enum class Level { debug, info, warning, error };

struct Field {
  std::string_view name;
  std::variant<std::string_view, std::int64_t> value;
};
using Fields = std::initializer_list<Field>;

/// Owns the log's output for as long as the process serves. Its destructor writes what is still pending.
class Output {
 public:
  Output(Format format, Level least);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
};

// Thread-safe. Without an Output, events are dropped.
[[nodiscard]] bool enabled(Level level);
void write(Level level, std::string_view message, Fields fields);
inline void info(std::string_view message, Fields fields = {}) {
  write(Level::info, message, fields);
}
inline void warning(std::string_view message, Fields fields = {}) {
  write(Level::warning, message, fields);
}
inline void error(std::string_view message, Fields fields = {}) {
  write(Level::error, message, fields);
}

/// An event as the inside of a JSON object: `"msg":"patched","uid":"..."`.
[[nodiscard]] std::string to_json(std::string_view message, Fields fields);

/// An event for people: `patched uid=... node=n1`; values with spaces or quotes are quoted.
[[nodiscard]] std::string to_text(std::string_view message, Fields fields);

}  // namespace everynode::logging
