#include "everynode/logging/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <unistd.h>

#include <memory>

#include "buffered_sink.hpp"
#include "everynode/codec/json_text.hpp"
#include "everynode/codec/printable.hpp"

namespace everynode::logging {
namespace {

constexpr const char* json_pattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l",%v})";
constexpr const char* text_pattern = "%H:%M:%S.%e %-7l %v";

struct Sink {
  std::unique_ptr<spdlog::logger> logger;
  bool json = false;
};

Sink& sink() {
  static Sink instance;
  return instance;
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

bool needs_quotes(std::string_view text) {
  return text.empty() || text.find_first_of(" \"=\\") != std::string_view::npos || !codec::is_printable(text);
}

}  // namespace

Output::Output(Format format, Level least) {
  const bool json = format == Format::json || (format == Format::automatic && isatty(STDERR_FILENO) == 0);
  auto logger = std::make_unique<spdlog::logger>("everynode", std::make_shared<BufferedSink>());
  const char* pattern = json ? json_pattern : text_pattern;
  const auto clock = json ? spdlog::pattern_time_type::utc : spdlog::pattern_time_type::local;
  logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(pattern, clock));
  logger->set_level(to_spdlog(least));
  logger->flush_on(spdlog::level::warn);
  sink() = {.logger = std::move(logger), .json = json};
}

Output::~Output() {
  sink() = {};
}

bool enabled(Level level) {
  return sink().logger && sink().logger->should_log(to_spdlog(level));
}

void write(Level level, std::string_view message, Fields fields) {
  if (!enabled(level)) return;
  const std::string line = sink().json ? to_json(message, fields) : to_text(message, fields);
  sink().logger->log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

std::string to_json(std::string_view message, Fields fields) {
  constexpr std::size_t usual = 512;  // a decision's line
  std::string out;
  out.reserve(usual);
  out += "\"msg\":";
  codec::append_quoted_printable(out, message);
  for (const Field& field : fields) {
    codec::append_member(out, field.name);
    if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
      out += std::to_string(*number);
    } else {
      codec::append_quoted_printable(out, std::get<std::string_view>(field.value));
    }
  }
  return out;
}

std::string to_text(std::string_view message, Fields fields) {
  std::string out = codec::printable(message);
  for (const Field& field : fields) {
    out += ' ';
    out += field.name;
    out += '=';
    if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
      out += std::to_string(*number);
      continue;
    }
    const auto text = std::get<std::string_view>(field.value);
    if (needs_quotes(text)) {
      codec::append_quoted_printable(out, text);
    } else {
      out += text;
    }
  }
  return out;
}

}  // namespace everynode::logging
