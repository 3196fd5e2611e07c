#include "events.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "everynode/dashboard/access.hpp"

namespace everynode::page {

class Readers::Stream : public net::EventStream {
 public:
  Stream(Readers& readers, const dashboard::AskEvents& ask)
      : readers_(readers), reader_(readers.board_, ask.epoch, ask.since) {
    readers_.streams_.insert(this);
  }
  ~Stream() override { readers_.streams_.erase(this); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  http::Response head() override {
    http::Response response;
    response.content_type = "text/event-stream";
    dashboard::secure(response);
    return response;
  }

  std::optional<std::string> next() override {
    if (ended_) return std::nullopt;
    return reader_.next(std::chrono::time_point_cast<objects::Time::duration>(std::chrono::system_clock::now()));
  }

  void on_news(std::function<void()> wake) override { wake_ = std::move(wake); }

  void wake() const {
    if (wake_) wake_();
  }

  void end() {
    ended_ = true;
    wake();
  }

 private:
  Readers& readers_;
  dashboard::Reader reader_;
  std::function<void()> wake_;
  bool ended_ = false;
};

std::unique_ptr<net::EventStream> Readers::add(const dashboard::AskEvents& ask) {
  return std::make_unique<Stream>(*this, ask);
}

void Readers::wake() {
  for (const Stream* const stream : streams_) stream->wake();
}

void Readers::end() {
  for (Stream* const stream : streams_) stream->end();
}

}  // namespace everynode::page
