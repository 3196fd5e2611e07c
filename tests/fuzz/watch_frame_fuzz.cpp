// A list, or a frame of a watch, in protobuf: after any bytes the machine asks a next question, and an object is passed
// on with the name that was read.
#include <cstddef>
#include <cstdint>
#include <string>

#include "everynode/kube/reply.hpp"
#include "everynode/protocol/frames.hpp"
#include "everynode/protocol/watch_machine.hpp"
#include "require.hpp"

using namespace everynode;
using fuzz::require;

namespace {

template <class Object>
void watch(std::string_view frame) {
  Object read;
  protocol::WatchConsumer consumer;
  consumer.read_protobuf = [&](codec::Message object) { return objects::read(object, read = {}); };
  consumer.begin_replacement = [] {};
  consumer.listed = [&](const protocol::Object& object) {
    require(!object.meta.name.empty());
    require(!object.unreadable.empty() || (read.name == object.meta.name && read.uid == object.meta.uid));
  };
  consumer.end_replacement = [](std::string_view) { return kube::Continuity::proven; };
  consumer.progressed = [](std::string_view version) { require(!version.empty()); };
  consumer.changed = [&](protocol::Change, const protocol::Object& object) {
    require(!object.meta.name.empty() && !object.meta.resource_version.empty());
    require(!object.unreadable.empty() || (read.name == object.meta.name && read.uid == object.meta.uid));
    return true;
  };
  protocol::WatchMachine machine(std::move(consumer), 1);
  const protocol::WatchMachine::Instant now{};
  static_cast<void>(machine.next(now));
  machine.on_page(
      kube::Reply{.status = 200, .body = std::string(frame), .retry_after = {}, .encoding = kube::Encoding::protobuf});
  machine.start_over();
  static_cast<void>(machine.next(now));
  const std::string empty = R"({"metadata":{"resourceVersion":"1"},"items":[]})";
  machine.on_page(kube::Reply{.status = 200, .body = empty, .retry_after = {}});
  static_cast<void>(machine.next(now));
  static_cast<void>(machine.on_frame(frame));
  machine.on_end(kube::Reply{.status = 200, .body = "", .retry_after = {}}, now);
  static_cast<void>(machine.next(now));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  watch<objects::DaemonPod>(bytes);
  watch<objects::Node>(bytes);
  protocol::FrameSplitter splitter(size);
  static_cast<void>(splitter.feed(bytes, [](std::string_view) { return true; }));
  static_cast<void>(objects::read_daemon_pod_protobuf(bytes));
  const kube::Reply refusal{.status = 500, .body = bytes, .retry_after = {}, .encoding = kube::Encoding::protobuf};
  require(kube::status_of(refusal).code == 500);
  return 0;
}
