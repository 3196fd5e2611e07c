/// A log sink that collects lines in memory; a thread of its own writes them. Private to `logging`.
#pragma once

#include <spdlog/sinks/base_sink.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace everynode::logging {

/// Lines go to standard error. While their reader is stuck, the sink keeps up to 1 MiB; it drops and counts lines
/// beyond that.
class BufferedSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  BufferedSink();
  ~BufferedSink() override;
  BufferedSink(const BufferedSink&) = delete;
  BufferedSink& operator=(const BufferedSink&) = delete;

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override;

 private:
  void run();

  // Guarded by base_sink's mutex_.
  std::string pending_;
  std::size_t dropped_ = 0;
  bool hurry_ = false;
  bool stopping_ = false;

  std::condition_variable wake_;
  std::thread writer_;
};

}  // namespace everynode::logging
