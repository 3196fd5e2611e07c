#include "buffered_sink.hpp"

#include <unistd.h>

#include <cerrno>
#include <chrono>

namespace everynode::logging {
namespace {

constexpr std::size_t capacity = 1024 * 1024;
constexpr std::size_t worth_writing = 64 * 1024;
/// How long lines are collected after the first.
constexpr std::chrono::milliseconds period{100};

void write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return;  // nobody reads our output any more, and we cannot report it anywhere else
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

BufferedSink::BufferedSink() : writer_([this] { run(); }) {}

BufferedSink::~BufferedSink() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  writer_.join();
}

void BufferedSink::sink_it_(const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t line;
  formatter_->format(message, line);
  if (pending_.size() + line.size() > capacity) {
    ++dropped_;
    return;
  }
  if (pending_.empty()) wake_.notify_one();
  pending_.append(line.data(), line.size());
  if (pending_.size() > worth_writing && !hurry_) flush_();
}

void BufferedSink::flush_() {
  hurry_ = true;
  wake_.notify_one();
}

void BufferedSink::run() {
  std::string lines;
  for (bool last = false; !last;) {
    std::size_t dropped = 0;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return !pending_.empty() || stopping_; });
      wake_.wait_for(lock, period, [this] { return hurry_ || stopping_; });
      last = stopping_;
      hurry_ = false;
      std::swap(lines, pending_);
      std::swap(dropped, dropped_);
    }
    write_all(lines);
    if (dropped > 0)
      write_all("{\"level\":\"warning\",\"msg\":\"log lines dropped\",\"lines\":" + std::to_string(dropped) + "}\n");
    if (lines.capacity() > worth_writing) {
      lines = std::string();
    } else {
      lines.clear();
    }
  }
}

}  // namespace everynode::logging
