// What list and watch answer: any bytes end in a question, the consumer is told in order, and the object that is passed
// on is called what another parser finds. The first line of the input is a page, the others are lines of watches; or
// all are lines of a stream.
#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "everynode/protocol/watch_machine.hpp"
#include "require.hpp"

using namespace everynode;
using fuzz::require;
using nlohmann::json;

namespace {

/// What the consumer received, for the invariants.
struct Told {
  bool replacing = false;
  std::string_view line;
  objects::DaemonPod pod;  ///< read last
};

/// Compares with the other parser where both can read the line: that one takes the last of duplicate keys, and
/// unescapes keys.
void compare(std::string_view line, const objects::ObjectMeta& meta) {
  if (line.find("\\u") != line.npos) return;
  const json expected = json::parse(line, nullptr, false);
  if (expected.is_discarded()) return;
  const json& metadata = expected["object"]["metadata"];
  require(metadata["name"] == meta.name && metadata["resourceVersion"] == meta.resource_version);
}

/// The other objects that are read out of lines: any bytes are read, or refused with the reason.
void read_others(std::string_view line) {
  const std::string text(line);
  codec::Document document;
  const auto read_as = [&](const auto& read) {
    static_cast<void>(
        document.read(text, [&](codec::JsonValue root) { codec::read_fields(root, codec::visit<"object">(read)); }));
  };
  objects::Event event;
  objects::Node node;
  read_as([&](codec::JsonValue value) { objects::read(value, event); });
  read_as([&](codec::JsonValue value) { objects::read(value, node); });
}

protocol::WatchConsumer consumer(Told& told) {
  return {.read = [&](codec::JsonValue value) { return objects::read(value, told.pod = {}); },
          .begin_replacement = [&] { told.replacing = true; },
          .listed =
              [&](const protocol::Object& object) {
                require(told.replacing && !object.meta.name.empty());
                require(!object.unreadable.empty() || told.pod.name == object.meta.name);
              },
          .end_replacement =
              [&](std::string_view) {
                require(std::exchange(told.replacing, false));
                return kube::Continuity::proven;
              },
          .changed =
              [&](protocol::Change, const protocol::Object& object) {
                require(!object.meta.name.empty());
                require(!object.unreadable.empty() || told.pod.name == object.meta.name);
                compare(told.line, object.meta);
                return true;
              },
          .progressed = [](std::string_view version) { require(!version.empty()); }};
}

/// Lines of a watch, up to the one that ends it.
void tell(protocol::WatchMachine& machine, Told& told, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); i = std::min(text.find('\n', i), text.size()) + 1) {
    told.line = text.substr(i, text.find('\n', i) - i);
    read_others(told.line);
    if (!machine.on_line(told.line)) break;
  }
}

/// All lines are those of a watch that begins with all objects: it knows them all once it has said so, and not before.
void stream(std::string_view text) {
  Told told;
  protocol::WatchConsumer streamed = consumer(told);
  streamed.streams = true;
  bool whole = false;
  streamed.end_replacement = [&](std::string_view) {
    require(std::exchange(told.replacing, false) && !std::exchange(whole, true));
    return kube::Continuity::proven;
  };
  protocol::WatchMachine machine(std::move(streamed), 1);
  const protocol::WatchMachine::Instant now{};
  require(std::holds_alternative<protocol::WatchMachine::Stream>(machine.next(now)));
  tell(machine, told, text);
  require(machine.synced() == whole);
  machine.on_end(std::unexpected(kube::NoReply{.why = "broken"}), now);
  require(machine.synced() == whole);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(text.find('\n'), text.size());
  Told told;
  protocol::WatchMachine machine(consumer(told), 1);
  const protocol::WatchMachine::Instant now{};

  // An accepted page is the whole list; otherwise the list is empty, so that a watch can follow.
  static_cast<void>(machine.next(now));
  machine.on_page(kube::Reply{.status = 200, .body = std::string(text.substr(0, end)), .retry_after = {}});
  while (!machine.synced()) {
    const protocol::WatchMachine::Question question = machine.next(now);
    const kube::Reply empty{
        .status = 200, .body = R"({"metadata":{"resourceVersion":"1"},"items":[]})", .retry_after = {}};
    if (std::holds_alternative<protocol::WatchMachine::List>(question)) machine.on_page(empty);
    if (std::holds_alternative<protocol::WatchMachine::Verify>(question)) machine.on_verified(empty);
  }
  static_cast<void>(machine.next(now));
  tell(machine, told, text.substr(std::min(end + 1, size)));
  machine.on_end(std::unexpected(kube::NoReply{.why = "broken"}), now);
  static_cast<void>(machine.next(now));
  if (std::holds_alternative<protocol::WatchMachine::Verify>(machine.next(now))) {
    machine.on_verified(kube::Reply{.status = 200, .body = std::string(text.substr(0, end)), .retry_after = {}});
  }
  stream(text);
  return 0;
}
