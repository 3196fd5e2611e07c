#include "everynode/protocol/watch_machine.hpp"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "protobuf.hpp"

namespace everynode::protocol {
namespace {

using namespace std::chrono_literals;
using List = WatchMachine::List;
using Verify = WatchMachine::Verify;
using Watch = WatchMachine::Watch;
using Wait = WatchMachine::Wait;
using Question = WatchMachine::Question;

/// A machine, the clock that it is told, and what it told its consumer.
class Told {
 public:
  Told() : machine(consumer(), 1) {}

  Question next() { return machine.next(now); }

  /// The next question that is not to wait.
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
  /// An answer to Verify: a list at a version, with the witness at another, or without it.
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

  /// Up to the first watch, at version 7.
  void sync() {
    next();
    page(R"({"metadata":{"resourceVersion":"7"},"items":[]})");
    next();
    log.clear();
  }

  std::vector<std::string> take_log() { return std::exchange(log, {}); }

  std::vector<std::string> log;
  bool news = true;                                    ///< whether changes are
  kube::Continuity listed = kube::Continuity::proven;  ///< what the consumer finds in a list
  kube::Witness written;                               ///< what the consumer knows from its own writes
  WatchMachine::Instant now{1000s};
  std::chrono::milliseconds waited{0};
  WatchMachine machine;

 private:
  WatchConsumer consumer() {
    return {.read = [this](codec::Reader& reader,
                           codec::Reader::Element value) { return objects::read(reader, value, node_ = {}); },
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
            .went_back = [this] { log.emplace_back("went back"); }};
  }

  [[nodiscard]] std::string told_of(const Object& object) const {
    if (!object.unreadable.empty()) return std::string(object.meta.name) + ": " + std::string(object.unreadable);
    return object.meta.resource_version.empty() ? node_.name
                                                : node_.name + " " + std::string(object.meta.resource_version);
  }

  objects::Node node_;  ///< read last
};

std::string list(const std::string& version, const std::string& continue_, const std::vector<std::string>& names) {
  std::string text =
      R"({"metadata":{"resourceVersion":")" + version + R"(","continue":")" + continue_ + R"("},"items":[)";
  for (const std::string& name : names) {
    if (text.back() != '[') text += ',';
    text += R"({"metadata":{"name":")" + name + R"("}})";
  }
  return text + "]}";
}

std::string line(const std::string& type, const std::string& name, const std::string& version) {
  return R"({"type":")" + type + R"(","object":{"metadata":{"name":")" + name + R"(","resourceVersion":")" + version +
         R"("}}})";
}

std::string frame(const std::string& type, const std::string& name, const std::string& version) {
  return support::event(type, support::enveloped("Node", support::object_with(support::metadata(name, version))));
}

std::string error(unsigned code) {
  return R"({"type":"ERROR","object":{"kind":"Status","code":)" + std::to_string(code) + R"(,"message":"why"}})";
}

using Log = std::vector<std::string>;

TEST(WatchMachine, ListsInPagesAndThenWatches) {
  Told told;
  EXPECT_EQ(told.next(), Question(List{""}));
  EXPECT_EQ(told.page(list("7", "c1", {"a", "b"})), WatchFailure::none);
  EXPECT_EQ(told.next(), Question(List{"c1"}));
  EXPECT_FALSE(told.machine.synced());
  EXPECT_EQ(told.page(list("9", "", {"c"})), WatchFailure::none);
  EXPECT_TRUE(told.machine.synced());
  EXPECT_EQ(told.next(), Question(Watch{"7"})) << "the version of the first page: nothing is missed";
  EXPECT_EQ(told.log, (Log{"begin", "listed a", "listed b", "listed c", "end 7"}));
}

TEST(WatchMachine, TakesFramesAsItTakesLines) {
  Told told;
  told.sync();
  EXPECT_EQ(told.machine.watch_encoding(), kube::Encoding::protobuf);
  EXPECT_TRUE(told.machine.on_frame(frame("ADDED", "a", "8")));
  EXPECT_TRUE(told.machine.on_frame(frame("DELETED", "a", "11")));
  EXPECT_TRUE(told.machine.on_frame(frame("BOOKMARK", "", "100")));
  EXPECT_EQ(told.log, (Log{"added a 8", "deleted a 11", "progressed 100"}));
  EXPECT_FALSE(told.machine.on_frame(support::event("ERROR", support::status(410, "Expired", "too old"))));
  EXPECT_FALSE(told.machine.on_frame(frame("ADDED", "b", "101"))) << "it is over";
  EXPECT_EQ(told.end(), WatchFailure::expired);
  EXPECT_EQ(told.machine.trouble(), "the watch ended with error 410: too old");
  EXPECT_EQ(told.next(), Question(List{""}));
}

TEST(WatchMachine, ListsAgainAfterAFrameThatCannotBeRead) {
  Told told;
  told.sync();
  EXPECT_FALSE(told.machine.on_frame("\xFF\xFF"));
  EXPECT_EQ(told.end(), WatchFailure::malformed);
  EXPECT_TRUE(told.machine.trouble().starts_with("a watch frame that cannot be read: ")) << told.machine.trouble();
  EXPECT_EQ(told.ask(), Question(List{""}));
}

TEST(WatchMachine, PassesEventsOnAndFollowsTheirVersion) {
  Told told;
  told.sync();
  EXPECT_TRUE(told.machine.on_line(line("ADDED", "a", "8")));
  EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "a", "10")));
  EXPECT_TRUE(told.machine.on_line(line("DELETED", "a", "11")));
  EXPECT_TRUE(told.machine.on_line(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"100"}}})"));
  EXPECT_EQ(told.log, (Log{"added a 8", "modified a 10", "deleted a 11", "progressed 100"}));
  EXPECT_EQ(told.machine.resource_version(), "100");
  told.now += 5min;
  EXPECT_EQ(told.end(), WatchFailure::none);
  EXPECT_EQ(told.next(), Question(Watch{"100"})) << "at once";
}

TEST(WatchMachine, PassesOnWhatCannotBeRead) {
  Told told;
  told.next();
  EXPECT_EQ(told.page(R"({"metadata":{"resourceVersion":"7"},"items":[
    {"metadata":{"name":"a"},"spec":{"taints":1}},{"metadata":{"name":"b"}}]})"),
            WatchFailure::none);
  told.next();
  EXPECT_TRUE(told.machine.on_line(
      R"({"type":"ADDED","object":{"metadata":{"name":"c","resourceVersion":"8"},"spec":{"taints":1}}})"));
  EXPECT_EQ(told.log, (Log{"begin", "listed a: spec.taints: expected an array", "listed b", "end 7",
                           "added c: spec.taints: expected an array"}));
  EXPECT_EQ(told.machine.resource_version(), "8");
}

TEST(WatchMachine, LetsHeartbeatsGatherWhileThereIsNoNews) {
  Told told;
  told.sync();
  EXPECT_EQ(told.machine.gather_time(told.now), 0ms) << "what was missed between list and watch comes now";
  told.now += 999ms;
  told.news = false;
  EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "a", "8")));
  EXPECT_EQ(told.machine.gather_time(told.now), 0ms);
  told.now += 1ms;
  EXPECT_EQ(told.machine.gather_time(told.now), 40ms);
}

TEST(WatchMachine, LetsNothingGatherAfterNews) {
  Told told;
  told.sync();
  told.now += 1min;
  EXPECT_TRUE(told.machine.on_line(line("ADDED", "a", "8")));
  told.news = false;
  EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "a", "9")));
  EXPECT_EQ(told.machine.gather_time(told.now), 0ms) << "the same piece has both";
  told.now += 999ms;
  EXPECT_TRUE(told.machine.on_line(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"10"}}})"));
  EXPECT_EQ(told.machine.gather_time(told.now), 0ms);
  told.now += 1ms;
  EXPECT_EQ(told.machine.gather_time(told.now), 40ms);
}

TEST(WatchMachine, LetsCrowdsGather) {
  Told told;
  told.sync();
  const auto come = [&](int events) {
    for (int i = 0; i < events; ++i) EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "a", "8")));
    return told.machine.gather_time(told.now);
  };
  EXPECT_EQ(come(1), 0ms);
  EXPECT_EQ(come(1000), 0ms) << "it is counted for 100 ms";
  told.now += 100ms;
  EXPECT_EQ(come(0), 40ms);
  EXPECT_EQ(come(19), 40ms);
  told.now += 100ms;
  EXPECT_EQ(come(0), 0ms) << "19 in 100 ms are no crowd";
  EXPECT_EQ(come(20), 0ms);
  told.now += 100ms;
  EXPECT_EQ(come(0), 40ms);
}

TEST(WatchMachine, NeverGoesBackwards) {
  Told told;
  told.sync();
  EXPECT_TRUE(told.machine.on_line(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"6"}}})"));
  EXPECT_EQ(told.machine.resource_version(), "7");
}

struct RefusalCase {
  unsigned status;
  Question then;
  bool at_once;
};

TEST(WatchMachine, AfterARefusedWatch) {
  for (const auto& [status, then, at_once] : std::vector<RefusalCase>{{410, List{""}, true},
                                                                      {429, Watch{"7"}, false},
                                                                      {500, Watch{"7"}, false},
                                                                      {503, Watch{"7"}, false},
                                                                      {401, Watch{"7"}, false},
                                                                      {403, Watch{"7"}, false},
                                                                      {400, List{""}, false},
                                                                      {404, List{""}, false}}) {
    Told told;
    told.sync();
    EXPECT_EQ(told.end(status, "why"), status == 410 ? WatchFailure::expired : WatchFailure::refused);
    EXPECT_NE(told.machine.trouble().find("why"), std::string::npos);
    EXPECT_EQ(told.ask(), then) << status;
    EXPECT_EQ(told.waited == 0ms, at_once) << status;
    EXPECT_EQ(told.log, Log{}) << "nothing is deleted for it";
  }
}

TEST(WatchMachine, AfterAnErrorEvent) {
  for (const auto& [code, then, at_once] : std::vector<RefusalCase>{
           {410, List{""}, true}, {429, Watch{"7"}, false}, {500, List{""}, false}, {0, List{""}, false}}) {
    Told told;
    told.sync();
    EXPECT_FALSE(told.machine.on_line(error(code)));
    EXPECT_FALSE(told.machine.on_line(line("ADDED", "a", "8"))) << "what comes after it does not count";
    EXPECT_EQ(told.end(), code == 410 ? WatchFailure::expired : WatchFailure::refused);
    EXPECT_EQ(told.ask(), then) << code;
    EXPECT_EQ(told.waited == 0ms, at_once) << code;
    EXPECT_EQ(told.log, Log{});
  }
}

TEST(WatchMachine, AfterABrokenWatch) {
  Told told;
  told.sync();
  EXPECT_TRUE(told.machine.on_line(line("ADDED", "a", "8")));
  EXPECT_EQ(told.broken(), WatchFailure::no_reply);
  EXPECT_EQ(told.machine.trouble(), "broken");
  EXPECT_EQ(told.ask(), Question(Verify{{.namespace_ = "", .name = "a"}}));
  EXPECT_GE(told.waited, 100ms);
  EXPECT_EQ(told.verified("12", "8"), WatchFailure::none);
  EXPECT_EQ(told.ask(), Question(Watch{"8"})) << "nothing was put back";
  EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "a", "9")));
  EXPECT_EQ(told.machine.trouble(), "") << "it works again";
}

TEST(WatchMachine, ListsAgainIfWhatItSawLastHasChangedWhileTheConnectionWasBroken) {
  for (const std::string found : {"10", ""}) {
    Told told;
    told.sync();
    EXPECT_TRUE(told.machine.on_line(line("ADDED", "a", "8")));
    told.broken();
    told.ask();
    EXPECT_EQ(told.verified("12", found), WatchFailure::none);
    EXPECT_EQ(told.ask(), Question(List{""}));
    EXPECT_TRUE(told.machine.synced()) << "what is known still counts";
  }
}

TEST(WatchMachine, ForgetsEverythingWhenTheClusterWentBack) {
  Told told;
  told.sync();
  EXPECT_TRUE(told.machine.on_line(line("ADDED", "a", "100")));
  told.broken();
  EXPECT_EQ(told.ask(), Question(Verify{{.namespace_ = "", .name = "a"}}));
  told.take_log();
  EXPECT_EQ(told.verified("60", "50"), WatchFailure::stale);
  EXPECT_EQ(told.take_log(), Log{}) << "an API server may only be behind";
  EXPECT_EQ(told.ask(), Question(Verify{{.namespace_ = "", .name = "a"}}));
  EXPECT_EQ(told.verified("61", "50"), WatchFailure::went_back);
  EXPECT_EQ(told.take_log(), Log{"went back"});
  EXPECT_FALSE(told.machine.synced());
  EXPECT_EQ(told.ask(), Question(List{""}));
  told.page(list("61", "", {"b"}));
  EXPECT_EQ(told.take_log(), (Log{"begin", "listed b", "end 61"}));
  EXPECT_EQ(told.ask(), Question(Watch{"61"})) << "of the present, not of the future";
}

TEST(WatchMachine, SeesThatTheClusterWentBackThoughTheVersionsHaveOvertakenIt) {
  Told told;
  told.sync();
  EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "a", "100")));
  told.broken();
  told.ask();
  EXPECT_EQ(told.verified("200", "50"), WatchFailure::stale);
  told.ask();
  EXPECT_EQ(told.verified("201", "50"), WatchFailure::went_back);
}

TEST(WatchMachine, SeesThatAWriteOfOursWasPutBack) {
  Told told;
  told.sync();
  EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "b", "8")));
  told.written = {.key = {.namespace_ = "ns", .name = "a"}, .resource_version = "9"};
  told.broken();
  EXPECT_EQ(told.ask(), Question(Verify{{.namespace_ = "ns", .name = "a"}})) << "the newest that is known";
  EXPECT_EQ(told.verified("8"), WatchFailure::stale);
}

TEST(WatchMachine, AListThatIsOlderThanWhatIsKnownDoesNotCount) {
  Told told;
  told.sync();
  EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "a", "100")));
  EXPECT_FALSE(told.machine.on_line(error(410)));
  told.end(410);
  EXPECT_EQ(told.ask(), Question(List{""}));
  told.take_log();
  EXPECT_EQ(told.page(list("60", "", {"b"})), WatchFailure::stale);
  EXPECT_EQ(told.take_log(), (Log{"begin", "listed b"})) << "the list has not ended";
  EXPECT_EQ(told.ask(), Question(Verify{{.namespace_ = "", .name = "a"}}));
}

TEST(WatchMachine, ForgetsEverythingIfAListCannotComeAfterWhatTheConsumerKnows) {
  Told told;
  told.sync();
  told.listed = kube::Continuity::broken;
  EXPECT_FALSE(told.machine.on_line(error(410)));
  told.end(410);
  told.ask();
  EXPECT_EQ(told.page(list("9", "", {"a"})), WatchFailure::went_back);
  EXPECT_EQ(told.take_log(), (Log{"begin", "listed a", "end 9", "went back"}));
  EXPECT_EQ(told.ask(), Question(List{""}));
}

TEST(WatchMachine, AnApiServerThatWasOnlyBehindIsNoRestore) {
  Told told;
  told.sync();
  EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "a", "100")));
  told.broken();
  told.ask();
  EXPECT_EQ(told.verified("90", "50"), WatchFailure::stale);
  told.ask();
  told.take_log();
  EXPECT_EQ(told.verified("120", "100"), WatchFailure::none);
  EXPECT_EQ(told.take_log(), Log{});
  EXPECT_EQ(told.ask(), Question(List{""}));
  told.page(list("121", "", {"a"}));
  EXPECT_EQ(told.take_log(), (Log{"begin", "listed a", "end 121"}));
}

TEST(WatchMachine, IgnoresTheAnswerThatWasAskedForBeforeItStartedOver) {
  Told told;
  told.next();
  told.machine.start_over();
  told.take_log();
  EXPECT_EQ(told.page(list("7", "", {"a"})), WatchFailure::none);
  EXPECT_EQ(told.take_log(), Log{});
  EXPECT_EQ(told.ask(), Question(List{""}));
}

TEST(WatchMachine, ALineThatCannotBeReadDeletesNothingAndListsAgain) {
  Told told;
  told.sync();
  EXPECT_FALSE(told.machine.on_line(R"({"type":"DELETED","object":{"metadata":{}}})"));
  EXPECT_EQ(told.end(), WatchFailure::malformed);
  EXPECT_NE(told.machine.trouble().find(R"({"type":"DELETED")"), std::string::npos) << told.machine.trouble();
  EXPECT_EQ(told.ask(), Question(List{""}));
  EXPECT_EQ(told.log, Log{});
}

TEST(WatchMachine, APageThatCannotBeReadStartsTheListOver) {
  Told told;
  told.next();
  told.page(list("7", "c1", {"a"}));
  told.next();
  EXPECT_EQ(told.page(R"({"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"b"}},{"spec":1}]})"),
            WatchFailure::malformed);
  EXPECT_EQ(told.ask(), Question(List{""}));
  EXPECT_GE(told.waited, 100ms);
  told.page(list("8", "", {"a"}));
  EXPECT_EQ(told.log, (Log{"begin", "listed a", "listed b", "begin", "listed a", "end 8"}));
}

TEST(WatchMachine, AnExpiredContinueTokenStartsTheListOverAtOnce) {
  Told told;
  told.next();
  told.page(list("7", "c1", {"a"}));
  told.next();
  EXPECT_EQ(told.page("too old", 410), WatchFailure::expired);
  EXPECT_EQ(told.next(), Question(List{""}));
  told.page(list("8", "c2", {"a"}));
  told.next();
  told.page("too old", 410);
  EXPECT_TRUE(std::holds_alternative<Wait>(told.next())) << "but not again and again";
}

TEST(WatchMachine, APageThatDidNotComeIsAskedForAgain) {
  Told told;
  told.next();
  told.page(list("7", "c1", {"a"}));
  told.next();
  EXPECT_EQ(told.machine.on_page(std::unexpected(kube::NoReply{.why = "broken", .sent = false})),
            WatchFailure::no_reply);
  EXPECT_EQ(told.ask(), Question(List{"c1"}));
  EXPECT_EQ(told.page("busy", 503), WatchFailure::refused);
  EXPECT_EQ(told.ask(), Question(List{"c1"}));
  EXPECT_EQ(told.page("what token?", 400), WatchFailure::refused);
  EXPECT_EQ(told.ask(), Question(List{""}));
}

TEST(WatchMachine, WaitsAsLongAsTheServerAsks) {
  Told told;
  told.next();
  told.machine.on_page(kube::Reply{.status = 429, .body = "", .retry_after = 10s});
  told.ask();
  EXPECT_EQ(told.waited, 10s);
  told.machine.on_page(kube::Reply{.status = 429, .body = "", .retry_after = std::chrono::seconds::max()});
  told.ask();
  EXPECT_EQ(told.waited, 40s) << "but not longer than the cap";
}

TEST(WatchMachine, WaitsLongerWhenItGoesOnFailingAndShortlyAfterAHealthyWatch) {
  Told told;
  told.sync();
  for (int i = 0; i < 30; ++i) {
    told.broken();
    const Question question = told.next();
    ASSERT_TRUE(std::holds_alternative<Wait>(question));
    ASSERT_LE(std::get<Wait>(question).duration, 30s);
    ASSERT_GE(std::get<Wait>(question).duration, 100ms);
    told.waited += std::get<Wait>(question).duration;
    ASSERT_TRUE(std::holds_alternative<Verify>(told.next()));
    told.verified("7");
    ASSERT_TRUE(std::holds_alternative<Watch>(told.next()));
  }
  EXPECT_GT(told.waited, 30s);
  told.now += 1min;
  told.broken();
  EXPECT_LE(std::get<Wait>(told.next()).duration, 300ms);
}

TEST(WatchMachine, AServerThatClosesAtOnceIsNotAskedAgainAtOnce) {
  Told told;
  told.sync();
  EXPECT_EQ(told.end(), WatchFailure::closed_early);
  EXPECT_TRUE(std::holds_alternative<Wait>(told.next()));
}

/// A busy API server does, when a watch cannot keep up with it.
TEST(WatchMachine, AWatchThatIsClosedAfterAnEventGoesOnSoon) {
  Told told;
  told.sync();
  for (const std::string version : {"8", "9", "10"}) {
    EXPECT_TRUE(told.machine.on_line(line("MODIFIED", "a", version)));
    EXPECT_EQ(told.end(), WatchFailure::none);
    EXPECT_EQ(told.machine.trouble(), "");
    EXPECT_EQ(told.next(), Question(Wait{50ms}));
    EXPECT_EQ(told.next(), Question(Watch{version}));
  }
  EXPECT_EQ(told.end(), WatchFailure::closed_early) << "the last one told nothing";
}

TEST(WatchMachine, WhenEverythingExpiresItWaits) {
  Told told;
  told.sync();
  told.end(410);
  EXPECT_EQ(told.next(), Question(List{""}));
  told.page(list("9", "", {}));
  EXPECT_EQ(told.next(), Question(Watch{"9"}));
  told.end(410);
  EXPECT_TRUE(std::holds_alternative<Wait>(told.next()));
}

}  // namespace
}  // namespace everynode::protocol
