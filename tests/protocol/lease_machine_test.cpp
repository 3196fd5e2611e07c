#include "everynode/protocol/lease_machine.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace everynode::protocol {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using Instant = LeaseMachine::Instant;

constexpr Instant start{1000s};

Moment at(Instant::duration since_start) {
  const LeaseTime wall{std::chrono::sys_days(std::chrono::year{2026} / 1 / 2) +
                       std::chrono::floor<std::chrono::microseconds>(since_start)};
  return {.steady = start + since_start, .wall = wall};
}

LeaseSettings settings(std::string identity) {
  return {.lease = {.namespace_ = "n", .name = "l"}, .identity = std::move(identity)};
}

std::string lease(const std::string& holder, const std::string& version, int duration = 15) {
  return json{{"metadata", {{"resourceVersion", version}}},
              {"spec", {{"holderIdentity", holder}, {"leaseDurationSeconds", duration}, {"leaseTransitions", 3}}}}
      .dump();
}

kube::Outcome reply(unsigned status, std::string body = "") {
  return kube::Reply{.status = status, .body = std::move(body), .retry_after = {}};
}

kube::Outcome lost() {
  return std::unexpected(kube::NoReply{.why = "lost", .sent = true});
}

/// The next request; fails if there is none.
kube::Request ask(LeaseMachine& machine, Moment now) {
  const LeaseMachine::Question question = machine.next(now);
  const auto* request = std::get_if<kube::Request>(&question);
  EXPECT_NE(request, nullptr);
  return request == nullptr ? kube::Request{} : *request;
}

bool waits(LeaseMachine& machine, Moment now) {
  return std::holds_alternative<LeaseMachine::Wait>(machine.next(now));
}

bool finished(LeaseMachine& machine, Moment now) {
  return std::holds_alternative<LeaseMachine::Finished>(machine.next(now));
}

/// Leads from 0 s on.
LeaseMachine leader() {
  LeaseMachine machine(settings("me"), 1);
  ask(machine, at(0s));
  machine.on_answer(reply(404), at(0s));
  ask(machine, at(0s));
  machine.on_answer(reply(201, lease("me", "1")), at(0s));
  EXPECT_TRUE(machine.leads(start));
  return machine;
}

TEST(LeaseMachine, CreatesALeaseThatIsNotThere) {
  LeaseMachine machine(settings("me"), 1);
  EXPECT_EQ(ask(machine, at(0s)).verb, kube::Verb::get);
  machine.on_answer(reply(404), at(1s));
  const kube::Request request = ask(machine, at(1s));
  EXPECT_EQ(request.verb, kube::Verb::create);
  EXPECT_EQ(json::parse(request.body), json::parse(R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease",
    "metadata":{"name":"l","namespace":"n"},"spec":{"holderIdentity":"me","leaseDurationSeconds":15,
    "acquireTime":"2026-01-02T00:00:01.000000Z","renewTime":"2026-01-02T00:00:01.000000Z","leaseTransitions":0}})"));
  EXPECT_FALSE(machine.leads(at(2s).steady));
  machine.on_answer(reply(201, lease("me", "1")), at(3s));
  EXPECT_TRUE(machine.leads(at(3s).steady));
  EXPECT_EQ(machine.leads_until(), at(11s).steady) << "from the time that it was sent";
  EXPECT_TRUE(waits(machine, at(2s)));
}

TEST(LeaseMachine, RenewsWithoutLookingAndKeepsWhatItDoesNotKnow) {
  LeaseMachine machine = leader();
  EXPECT_TRUE(waits(machine, at(1999ms)));
  const kube::Request request = ask(machine, at(2s));
  EXPECT_EQ(request.verb, kube::Verb::patch);
  EXPECT_EQ(request.content_type, "application/merge-patch+json");
  EXPECT_EQ(json::parse(request.body), json::parse(R"({"metadata":{"resourceVersion":"1"},
    "spec":{"holderIdentity":"me","leaseDurationSeconds":15,"renewTime":"2026-01-02T00:00:02.000000Z"}})"));
  machine.on_answer(reply(200, lease("me", "2")), at(3s));
  EXPECT_EQ(machine.leads_until(), at(12s).steady);
}

TEST(LeaseMachine, TakesALeaseOnlyWhenItDidNotChangeForItsDuration) {
  LeaseMachine machine(settings("me"), 1);
  ask(machine, at(0s));
  machine.on_answer(reply(200, lease("other", "1")), at(1s));
  EXPECT_EQ(machine.holder(), "other");
  for (auto t = 6s; t < 16s; t += 5s) {
    EXPECT_EQ(ask(machine, at(t)).verb, kube::Verb::get) << t.count();
    machine.on_answer(reply(200, lease("other", "1")), at(t));
  }
  const kube::Request request = ask(machine, at(17s));
  EXPECT_EQ(request.verb, kube::Verb::patch);
  const json body = json::parse(request.body);
  EXPECT_EQ(body["metadata"]["resourceVersion"], "1");
  EXPECT_EQ(body["spec"]["leaseTransitions"], 4);
  EXPECT_EQ(body["spec"]["acquireTime"], "2026-01-02T00:00:17.000000Z");
  machine.on_answer(reply(409), at(18s));
  EXPECT_FALSE(machine.leads(at(18s).steady));
  EXPECT_EQ(ask(machine, at(18s)).verb, kube::Verb::get) << "who was faster?";
}

TEST(LeaseMachine, EachChangeOfALeaseStartsItsTimeAgain) {
  LeaseMachine machine(settings("me"), 1);
  for (int i = 0; i < 10; ++i) {
    const auto t = i * 5s;
    EXPECT_EQ(ask(machine, at(t)).verb, kube::Verb::get);
    machine.on_answer(reply(200, lease("other", std::to_string(i + 1))), at(t));
  }
}

TEST(LeaseMachine, TakesAReleasedLeaseAtOnce) {
  LeaseMachine machine(settings("me"), 1);
  ask(machine, at(0s));
  machine.on_answer(reply(200, lease("", "1", 1)), at(0s));
  EXPECT_EQ(ask(machine, at(0s)).verb, kube::Verb::patch);
}

TEST(LeaseMachine, HonoursTheDurationThatTheHolderWrote) {
  LeaseMachine machine(settings("me"), 1);
  ask(machine, at(0s));
  machine.on_answer(reply(200, lease("other", "1", 60)), at(0s));
  EXPECT_EQ(ask(machine, at(59s)).verb, kube::Verb::get);
  machine.on_answer(lost(), at(59s));
  EXPECT_FALSE(machine.leads(at(59s).steady));
}

TEST(LeaseMachine, StopsLeadingInTimeWhenRenewalsFail) {
  LeaseMachine machine = leader();
  ask(machine, at(2s));
  machine.on_answer(reply(500, "why"), at(3s));
  EXPECT_NE(machine.problem().find("why"), std::string::npos);
  EXPECT_TRUE(machine.leads(at(9999ms).steady));
  EXPECT_FALSE(machine.leads(at(10s).steady));
}

TEST(LeaseMachine, ARenewalWhoseAnswerWasLostIsFoundAgain) {
  LeaseMachine machine = leader();
  ask(machine, at(2s));
  machine.on_answer(lost(), at(4s));
  EXPECT_TRUE(waits(machine, at(5s)));
  EXPECT_EQ(ask(machine, at(6s)).verb, kube::Verb::get) << "it may have been done";
  machine.on_answer(reply(200, lease("me", "2")), at(6s));
  EXPECT_EQ(machine.leads_until(), at(10s).steady) << "looking is not renewing";
  EXPECT_EQ(json::parse(ask(machine, at(6s)).body)["metadata"]["resourceVersion"], "2");
}

TEST(LeaseMachine, AnAnswerThatComesTooLateIsWorthNothing) {
  LeaseMachine machine(settings("me"), 1);
  ask(machine, at(0s));
  machine.on_answer(reply(404), at(0s));
  ask(machine, at(0s));
  machine.on_answer(reply(201, lease("me", "1")), at(30s));
  EXPECT_FALSE(machine.leads(at(30s).steady));
  EXPECT_EQ(ask(machine, at(30s)).verb, kube::Verb::patch);
}

TEST(LeaseMachine, ADeletedLeaseIsNotTakenFromAHolderWhoDoesNotKnowYet) {
  LeaseMachine machine(settings("me"), 1);
  ask(machine, at(0s));
  machine.on_answer(reply(200, lease("other", "1")), at(0s));
  EXPECT_EQ(ask(machine, at(5s)).verb, kube::Verb::get);
  machine.on_answer(reply(404), at(5s));
  EXPECT_TRUE(waits(machine, at(5s)));
  EXPECT_EQ(ask(machine, at(16s)).verb, kube::Verb::create);
}

TEST(LeaseMachine, ReleasesAsClientGoDoes) {
  LeaseMachine machine = leader();
  machine.release();
  EXPECT_FALSE(machine.leads(at(1s).steady));
  const kube::Request request = ask(machine, at(1s));
  EXPECT_EQ(json::parse(request.body), json::parse(R"({"metadata":{"resourceVersion":"1"},
    "spec":{"holderIdentity":"","leaseDurationSeconds":1,"renewTime":"2026-01-02T00:00:01.000000Z",
    "acquireTime":"2026-01-02T00:00:01.000000Z"}})"));
  machine.on_answer(reply(200, lease("", "2", 1)), at(1s));
  EXPECT_TRUE(finished(machine, at(1s)));
}

TEST(LeaseMachine, ARenewalThatIsAnsweredAfterTheReleaseDoesNotLead) {
  LeaseMachine machine = leader();
  ask(machine, at(2s));
  machine.release();
  machine.on_answer(reply(200, lease("me", "2")), at(3s));
  EXPECT_FALSE(machine.leads(at(3s).steady));
  EXPECT_EQ(json::parse(ask(machine, at(3s)).body)["spec"]["holderIdentity"], "");
}

TEST(LeaseMachine, DoesNotReleaseWhatItDoesNotHold) {
  LeaseMachine machine(settings("me"), 1);
  ask(machine, at(0s));
  machine.on_answer(reply(200, lease("other", "1")), at(0s));
  machine.release();
  EXPECT_TRUE(finished(machine, at(1s)));
}

TEST(LeaseMachine, GivesUpToReleaseSoon) {
  LeaseMachine machine = leader();
  machine.release();
  for (int i = 0; i < 2; ++i) {
    ask(machine, at(1s));
    machine.on_answer(lost(), at(1s));
  }
  EXPECT_TRUE(finished(machine, at(1s)));
}

// --- a member of a group ---

std::string lease_of_group(const std::string& version, const std::vector<std::string>& members) {
  json text = json::parse(lease("group", version));
  for (const std::string& member : members) {
    text["metadata"]["annotations"]["everynode.dev/member-" + member_key(member)] = member + " 2026-01-02T00:00:00Z";
  }
  return text.dump();
}

LeaseMachine member() {
  LeaseSettings group = settings("group");
  group.member = "me";
  return {group, 1};
}

/// Whether it gives the Lease up, and not its own place in it only.
bool releases(const json& written) {
  return written.contains("spec") && written["spec"]["holderIdentity"] == "";
}

TEST(LeaseMachine, TheLastMemberReleasesTheLeaseOfItsGroup) {
  for (const bool has_others : {false, true}) {
    LeaseMachine machine = member();
    const std::vector<std::string> members =
        has_others ? std::vector<std::string>{"me", "other"} : std::vector{std::string("me")};
    ask(machine, at(0s));
    machine.on_answer(reply(200, lease_of_group("1", members)), at(0s));
    machine.release();
    const json written = json::parse(ask(machine, at(15s)).body);
    EXPECT_EQ(written["metadata"]["annotations"], (json{{"everynode.dev/member-" + member_key("me"), nullptr}}));
    EXPECT_EQ(releases(written), !has_others);
    machine.on_answer(reply(200, has_others ? lease_of_group("2", {"other"}) : lease("", "2", 1)), at(15s));
    EXPECT_TRUE(finished(machine, at(15s)));
  }
}

TEST(LeaseMachine, AMemberThatDoesNotLeadAnyMoreKeepsNobodyFromReleasing) {
  LeaseMachine machine = member();
  ask(machine, at(0s));
  machine.on_answer(reply(200, lease_of_group("1", {"me", "dead"})), at(0s));
  machine.take_out({member_key("dead")});
  machine.release();
  EXPECT_TRUE(releases(json::parse(ask(machine, at(15s)).body)));
}

/// Members that lead may have to write themselves into it again.
TEST(LeaseMachine, AMemberReleasesNoLeaseThatIsYoungerThanALeadership) {
  const std::string alone = lease_of_group("1", {"me"});
  LeaseMachine created = member();
  ask(created, at(0s));
  created.on_answer(reply(404), at(0s));
  ask(created, at(0s));
  created.on_answer(reply(201, alone), at(0s));
  created.release();
  ask(created, at(14s));
  created.on_answer(reply(200, alone), at(14s));
  EXPECT_FALSE(releases(json::parse(ask(created, at(14s)).body)));

  for (const auto& [before, after] : {std::pair(lease_of_group("8", {"me"}), lease_of_group("9", {"other"})),
                                      std::pair(lease_of_group("8", {"me"}), lease_of_group("3", {"me"}))}) {
    LeaseMachine machine = member();
    for (const auto& [time, seen] : {std::pair(0s, before), std::pair(20s, after)}) {
      EXPECT_EQ(ask(machine, at(time)).verb, time == 0s ? kube::Verb::get : kube::Verb::patch);
      machine.on_answer(reply(200, seen), at(time));
    }
    machine.release();
    ask(machine, at(21s));
    machine.on_answer(reply(200, alone), at(21s));
    EXPECT_FALSE(releases(json::parse(ask(machine, at(21s)).body))) << after;
  }
}

TEST(LeaseMachine, MembersThatLeaveTogetherTryAgain) {
  LeaseMachine machine = member();
  ask(machine, at(0s));
  machine.on_answer(reply(200, lease_of_group("1", {"me", "other"})), at(0s));
  machine.release();
  int conflicts = 0;
  for (auto question = machine.next(at(15s)); const auto* request = std::get_if<kube::Request>(&question);
       question = machine.next(at(15s))) {
    ASSERT_LT(conflicts, 100) << "endless conflicts are no loop";
    const bool looks = request->verb == kube::Verb::get;
    conflicts += looks ? 0 : 1;
    machine.on_answer(looks ? reply(200, lease_of_group(std::to_string(conflicts), {"me"})) : reply(409), at(15s));
  }
  EXPECT_GT(conflicts, 32) << "so many replicas there may be";
}

TEST(LeaseMachine, RefusesSettingsThatAreNotSafe) {
  const auto with = [](auto change) {
    LeaseSettings changed = settings("me");
    change(changed);
    return LeaseMachine(changed, 1);
  };
  EXPECT_THROW(with([](LeaseSettings& s) { s.identity = ""; }), std::invalid_argument);
  EXPECT_THROW(with([](LeaseSettings& s) { s.renew_deadline = 15s; }), std::invalid_argument);
  EXPECT_THROW(with([](LeaseSettings& s) { s.retry_period = 9s; }), std::invalid_argument);
  EXPECT_NO_THROW(with([](LeaseSettings&) {}));
}

TEST(LeaseMachine, EndlessConflictsAreNoLoop) {
  LeaseMachine machine(settings("me"), 1);
  int requests = 0;
  while (!waits(machine, at(0s))) {
    ASSERT_LT(++requests, 10);
    const bool looks = ask(machine, at(0s)).verb == kube::Verb::get;
    machine.on_answer(looks ? reply(200, lease("", "1")) : reply(409), at(0s));
  }
}

}  // namespace
}  // namespace everynode::protocol
