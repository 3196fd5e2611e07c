// What list and watch answer: any bytes end in a question, the consumer is told in order, and the object that is passed
// on is the one that another parser finds. The first line of the input is a page, the others are lines of watches.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "everynode/kube/watch_machine.hpp"

using namespace everynode;
using nlohmann::json;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// Compares with the other parser, where both can: it takes the last of several equal keys, and unescapes keys.
void compare(std::string_view line, const std::string& object) {
  if (line.find("\\u") != line.npos) return;
  const json expected = json::parse(line, nullptr, false);
  if (!expected.is_discarded()) require(json::parse(object, nullptr, false) == expected["object"]);
}

kube::WatchConsumer consumer(bool& replacing, std::string_view& line) {
  return {.begin_replacement = [&] { replacing = true; },
          .listed =
              [&](const kube::Object& object) {
                require(replacing && !object.name.empty());
                require(object.json.capacity() >= object.json.size() + core::Document::padding);
              },
          .end_replacement = [&](std::string_view) { require(std::exchange(replacing, false)); },
          .changed =
              [&](kube::Change, const kube::Object& object) {
                require(!object.name.empty());
                compare(line, object.json);
                return true;
              },
          .progressed = [](std::string_view version) { require(!version.empty()); }};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(text.find('\n'), text.size());
  bool replacing = false;
  std::string_view line;
  kube::WatchMachine machine(consumer(replacing, line), 1);
  const kube::WatchMachine::Instant now{};

  // A page that is accepted is the whole list: an empty one otherwise, so that there is something to watch.
  static_cast<void>(machine.next(now));
  machine.on_page(kube::Reply{.status = 200, .body = std::string(text.substr(0, end)), .retry_after = {}});
  while (!machine.synced()) {
    static_cast<void>(machine.next(now));
    const std::string empty = R"({"metadata":{"resourceVersion":"1"},"items":[]})";
    machine.on_page(kube::Reply{.status = 200, .body = empty, .retry_after = {}});
  }
  static_cast<void>(machine.next(now));
  for (std::size_t i = end + 1; i < size; i = std::min(text.find('\n', i), size) + 1) {
    line = text.substr(i, text.find('\n', i) - i);
    if (!machine.on_line(line)) break;
  }
  machine.on_end(kube::Reply{.status = 200, .body = "", .retry_after = {}}, now);
  static_cast<void>(machine.next(now));
  return 0;
}
