#include "everynode/protocol/event_correlator.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "everynode/codec/json_text.hpp"
#include "everynode/codec/printable.hpp"
#include "everynode/objects/time.hpp"

namespace everynode::protocol {
namespace {

constexpr std::string_view combined = "(combined from similar events): ";

/// What Kubernetes' controller tells of a DaemonSet shares one allowance (requirement 6.8). What Everynode alone tells
/// is seldom, and would be lost behind the creations of a rollout: each such reason has its own.
constexpr std::array<std::string_view, 7> shared{"SuccessfulCreate", "SuccessfulDelete", "SucceededDaemonPod",
                                                 "FailedCreate",     "FailedDelete",     "FailedDaemonPod",
                                                 "SelectingAll"};

std::string_view allowance_of(std::string_view reason) {
  return std::ranges::find(shared, reason) != shared.end() ? std::string_view() : reason;
}

/// Joins parts to a key. Only the last part may have line breaks.
std::string key_of(std::initializer_list<std::string_view> parts) {
  std::string key;
  for (const std::string_view part : parts) key.append(part).append("\n");
  return key;
}

std::string object_key(const ObjectReference& about) {
  return key_of({about.api_version, about.kind, about.namespace_, about.name, about.uid});
}

std::string hex(std::int64_t number) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), static_cast<std::uint64_t>(number), 16).ptr;
  return {digits.begin(), end};
}

std::string seconds_of(EventTime time) {
  return objects::to_rfc3339(std::chrono::floor<std::chrono::seconds>(time));
}

/// Events of objects without a namespace are in "default".
std::string_view namespace_of(const EventRecord& record) {
  const std::string& own = record.event.about.namespace_;
  return own.empty() ? std::string_view("default") : own;
}

void append_reference(std::string& out, const ObjectReference& about) {
  codec::append_member(out, "involvedObject");
  out += '{';
  codec::append_text(out, "kind", about.kind);
  if (!about.namespace_.empty()) codec::append_text(out, "namespace", about.namespace_);
  codec::append_text(out, "name", about.name);
  codec::append_text(out, "uid", about.uid);
  codec::append_text(out, "apiVersion", about.api_version);
  codec::append_text(out, "resourceVersion", about.resource_version);
  out += '}';
}

}  // namespace

kube::Request create_event(const EventRecord& record, std::string_view component) {
  const Event& event = record.event;
  std::string body = R"({"apiVersion":"v1","kind":"Event","metadata":{)";
  codec::append_text(body, "name", record.name);
  codec::append_text(body, "namespace", namespace_of(record));
  body += '}';
  append_reference(body, event.about);
  codec::append_text(body, "reason", event.reason);
  codec::append_text(body, "message", codec::printable(event.message));
  codec::append_member(body, "source");
  body += '{';
  codec::append_text(body, "component", component);
  body += '}';
  codec::append_text(body, "firstTimestamp", seconds_of(record.first_time));
  codec::append_text(body, "lastTimestamp", seconds_of(event.time));
  codec::append_number(body, "count", record.count);
  codec::append_text(body, "type", event.type);
  codec::append_text(body, "reportingComponent", component);
  codec::append_text(body, "reportingInstance", "");
  return kube::create(kube::events, namespace_of(record), body + '}');
}

kube::Request count_event(const EventRecord& record) {
  std::string body = "{";
  codec::append_number(body, "count", record.count);
  codec::append_text(body, "lastTimestamp", seconds_of(record.event.time));
  codec::append_text(body, "message", codec::printable(record.event.message));
  return kube::merge_patch(kube::events, {.namespace_ = std::string(namespace_of(record)), .name = record.name},
                           body + '}');
}

kube::Request write_event(const EventRecord& record, std::string_view component) {
  return record.count > 1 ? count_event(record) : create_event(record, component);
}

EventVerdict judge_event_write(kube::Verb verb, const kube::Outcome& outcome) {
  if (!outcome) return EventVerdict::try_again;
  if (outcome->ok()) return EventVerdict::written;
  const unsigned status = outcome->status;
  if (verb == kube::Verb::patch && status == 404) return EventVerdict::create_instead;
  // Only we use this name: an earlier attempt arrived, but its answer was lost.
  if (verb == kube::Verb::create && status == 409) return EventVerdict::written;
  return status == 429 || status >= 500 ? EventVerdict::try_again : EventVerdict::given_up;
}

EventCorrelator::EventCorrelator(Limits limits)
    : limits_(limits), similar_(limits.remembered), written_(limits.remembered), spam_(limits.remembered) {}

std::optional<EventRecord> EventCorrelator::correlate(Event event) {
  const std::string key = aggregate(event);
  Written& written = written_[key];
  if (written.count == 0) {
    written.name = event.about.name + "." + hex(event.time.time_since_epoch().count());
    written.first_time = event.time;
  }
  ++written.count;
  if (is_spam(event)) return std::nullopt;
  EventRecord record{.event = {}, .name = written.name, .first_time = written.first_time, .count = written.count};
  record.event = std::move(event);
  return record;
}

/// Replaces the event's message with a common text if there were many similar ones. Returns the key under which it is
/// counted.
std::string EventCorrelator::aggregate(Event& event) {
  const std::string group = object_key(event.about) + key_of({event.type, event.reason});
  Similar& similar = similar_[group];
  if (event.time - similar.last > limits_.similar_for) similar.messages.clear();
  similar.last = event.time;
  similar.messages.insert(event.message);
  if (similar.messages.size() < limits_.similar) return group + event.message;
  similar.messages.erase(similar.messages.begin());
  event.message.insert(0, combined);
  return group;
}

bool EventCorrelator::is_spam(const Event& event) {
  Spam& spam = spam_[object_key(event.about) + key_of({event.type, allowance_of(event.reason)})];
  if (!spam.tokens) spam.tokens.emplace(limits_.burst, limits_.refill);
  return !spam.tokens->take(event.time);
}

}  // namespace everynode::protocol
