/// A watch machine under test: its clock, its answers, and what its consumer received.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "everynode/protocol/watch_machine.hpp"
#include "protobuf.hpp"

namespace everynode::protocol {

using namespace std::chrono_literals;
using List = WatchMachine::List;
using Verify = WatchMachine::Verify;
using Stream = WatchMachine::Stream;
using Watch = WatchMachine::Watch;
using Wait = WatchMachine::Wait;
using Question = WatchMachine::Question;

/// A machine, its clock, and what its consumer received.
class Driver {
 public:
  explicit Driver(bool may_be_absent = false, bool streams = false, std::optional<kube::Shard> shard = {})
      : machine(consumer(may_be_absent, streams, shard), 1) {}

  Question next() { return machine.next(now); }

  /// The next question that needs no wait.
  Question ask() {
    Question question = next();
    while (const auto* wait = std::get_if<Wait>(&question)) {
      waited += wait->duration;
      now += wait->duration;
      question = next();
    }
    return question;
  }

  WatchFailure page(std::string body, unsigned status = 200) {
    return machine.on_page(kube::Reply{.status = status, .body = std::move(body), .retry_after = {}});
  }
  /// An answer to Verify: a list at one version, with the witness at another version, or without it.
  WatchFailure verified(const std::string& version, const std::string& found = "") {
    const std::string item = R"({"metadata":{"name":"a","resourceVersion":")" + found + R"("}})";
    return machine.on_verified(kube::Reply{.status = 200,
                                           .body = R"({"metadata":{"resourceVersion":")" + version + R"("},"items":[)" +
                                                   (found.empty() ? "" : item) + "]}",
                                           .retry_after = {}});
  }
  WatchFailure end(unsigned status = 200, std::string body = "") {
    return machine.on_end(kube::Reply{.status = status, .body = std::move(body), .retry_after = {}}, now);
  }
  WatchFailure broken() { return machine.on_end(std::unexpected(kube::NoReply{.why = "broken", .sent = true}), now); }

  /// Runs up to the first watch, at version 7.
  void sync() {
    next();
    page(R"({"metadata":{"resourceVersion":"7"},"items":[]})");
    next();
    log.clear();
  }

  std::vector<std::string> take_log() { return std::exchange(log, {}); }

  std::vector<std::string> log;
  bool news = true;                                    ///< whether changes count as news
  kube::Continuity listed = kube::Continuity::proven;  ///< the consumer's result for a list
  kube::Witness written;                               ///< what the consumer knows from its own writes
  WatchMachine::Instant now{1000s};
  std::chrono::milliseconds waited{0};
  WatchMachine machine;

 private:
  WatchConsumer consumer(bool may_be_absent, bool streams, std::optional<kube::Shard> shard) {
    return {.read = [this](codec::JsonValue value) { return objects::read(value, node_ = {}); },
            .read_protobuf = [this](codec::Message object) { return objects::read(object, node_ = {}); },
            .begin_replacement = [this] { log.emplace_back("begin"); },
            .listed = [this](const Object& object) { log.push_back("listed " + told_of(object)); },
            .end_replacement =
                [this](std::string_view version) {
                  log.push_back("end " + std::string(version));
                  return listed;
                },
            .changed =
                [this](Change change, const Object& object) {
                  static const std::map<Change, std::string> names{
                      {Change::added, "added "}, {Change::modified, "modified "}, {Change::deleted, "deleted "}};
                  log.push_back(names.at(change) + told_of(object));
                  return news;
                },
            .progressed = [this](std::string_view version) { log.push_back("progressed " + std::string(version)); },
            .before_list = [this] { return written; },
            .may_be_absent = may_be_absent,
            .streams = streams,
            .shard = shard,
            .went_back = [this] { log.emplace_back("went back"); }};
  }

  [[nodiscard]] std::string told_of(const Object& object) const {
    if (!object.unreadable.empty()) return std::string(object.meta.name) + ": " + std::string(object.unreadable);
    return object.meta.resource_version.empty() ? node_.name
                                                : node_.name + " " + std::string(object.meta.resource_version);
  }

  objects::Node node_;  ///< read last
};

inline std::string list(const std::string& version, const std::string& continue_,
                        const std::vector<std::string>& names) {
  std::string text =
      R"({"metadata":{"resourceVersion":")" + version + R"(","continue":")" + continue_ + R"("},"items":[)";
  for (const std::string& name : names) {
    if (text.back() != '[') text += ',';
    text += R"({"metadata":{"name":")" + name + R"("}})";
  }
  return text + "]}";
}

inline std::string line(const std::string& type, const std::string& name, const std::string& version) {
  return R"({"type":")" + type + R"(","object":{"metadata":{"name":")" + name + R"(","resourceVersion":")" + version +
         R"("}}})";
}

inline std::string frame(const std::string& type, const std::string& name, const std::string& version) {
  return support::event(type, support::enveloped("Node", support::object_with(support::metadata(name, version))));
}

/// The bookmark that ends the initial events.
inline std::string all_told(const std::string& version) {
  return R"({"type":"BOOKMARK","object":{"kind":"Node","metadata":{"resourceVersion":")" + version +
         R"(","annotations":{"k8s.io/initial-events-end":"true"}}}})";
}

inline std::string all_told_frame(const std::string& version) {
  const std::string meta = support::metadata("", version) + support::written([](support::Writer& more) {
                             more.add_message(12, support::written([](support::Writer& entry) {
                                                entry.add_string(1, "k8s.io/initial-events-end");
                                                entry.add_string(2, "true");
                                              }));
                           });
  return support::event("BOOKMARK", support::enveloped("Node", support::object_with(meta)));
}

inline std::string error(unsigned code) {
  return R"({"type":"ERROR","object":{"kind":"Status","code":)" + std::to_string(code) + R"(,"message":"why"}})";
}

using Log = std::vector<std::string>;

}  // namespace everynode::protocol
