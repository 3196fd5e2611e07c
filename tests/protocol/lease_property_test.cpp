// Never two leaders: machines against a simulated API server that delays and loses messages, with wrong clocks.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "cases.hpp"
#include "everynode/protocol/lease_machine.hpp"
#include "lease_server.hpp"

namespace everynode::protocol {
namespace {

using namespace std::chrono_literals;
using Time = std::chrono::nanoseconds;  ///< true time, which no machine knows

/// Machines whose steady clocks start at any time and are up to 18 % wrong, and whose wall clocks differ by years.
class Simulation {
 public:
  explicit Simulation(unsigned seed) : random_(seed), calm_(200s) {
    const std::size_t count = 2 + seed % 2;
    for (std::size_t i = 0; i < count; ++i) {
      candidates_.emplace_back(machine("c" + std::to_string(i), seed + i), 0.82 + 0.36 * fraction(), up_to(1000h));
      schedule(up_to(3s), [this, i] { turn(i); });
    }
  }

  /// Runs until `end`; returns whether there were two leaders.
  bool run(Time end) {
    while (!events_.empty() && events_.begin()->first <= end && !two_leaders_) {
      now_ = events_.begin()->first;
      const auto event = std::move(events_.begin()->second);
      events_.erase(events_.begin());
      event();
      two_leaders_ = leaders() > 1;
    }
    return two_leaders_;
  }

  [[nodiscard]] int leaders() const {
    return static_cast<int>(
        std::ranges::count_if(candidates_, [&](const Candidate& c) { return c.machine.leads(moment(c).steady); }));
  }
  [[nodiscard]] int terms() const { return terms_; }

 private:
  struct Candidate {
    Candidate(LeaseMachine m, double r, Time o) : machine(std::move(m)), rate(r), offset(o) {}
    LeaseMachine machine;
    double rate;
    Time offset;
    unsigned asked = 0;  ///< number of requests; answers to older ones are ignored
    bool led = false;
    Time cut_off_until{0};
  };

  static LeaseMachine machine(std::string identity, std::size_t seed) {
    return {{.lease = {.namespace_ = "n", .name = "l"}, .identity = std::move(identity)}, seed};
  }

  double fraction() { return std::uniform_real_distribution<double>(0, 1)(random_); }
  Time up_to(Time most) { return std::chrono::duration_cast<Time>(most * fraction()); }
  bool one_in(int n) { return std::uniform_int_distribution<int>(1, n)(random_) == 1; }
  void schedule(Time after, std::function<void()> event) { events_.emplace(now_ + after, std::move(event)); }

  [[nodiscard]] Moment moment(const Candidate& c) const {
    const Time own = c.offset + std::chrono::duration_cast<Time>(now_ * c.rate);
    return {.steady = LeaseMachine::Instant(own),
            .wall = LeaseTime(std::chrono::floor<std::chrono::microseconds>(own))};
  }

  void turn(std::size_t i) {
    Candidate& c = candidates_[i];
    if (!stalled_before_ && now_ < calm_ && one_in(60)) {  // a process that does not run for a while
      stalled_before_ = true;
      return schedule(up_to(40s), [this, i] { turn(i); });
    }
    stalled_before_ = false;
    LeaseMachine::Question question = c.machine.next(moment(c));
    if (const auto* wait = std::get_if<LeaseMachine::Wait>(&question)) {
      const auto left = std::chrono::duration_cast<Time>((wait->until - moment(c).steady) / c.rate);
      return schedule(std::max<Time>(left, 1ms), [this, i] { turn(i); });
    }
    if (auto* request = std::get_if<kube::Request>(&question)) return send(i, std::move(*request));
    ++lives_;
    c.machine = machine("again" + std::to_string(lives_), lives_);
    schedule(up_to(1s), [this, i] { turn(i); });
  }

  /// Sends a request; it takes time to the server and back, and the client waits only so long.
  void send(std::size_t i, kube::Request request) {
    const unsigned number = ++candidates_[i].asked;
    const bool calm = now_ >= calm_;
    const auto delay = [&] { return up_to(calm || !one_in(15) ? 200ms : 30s); };
    const Time there = delay();
    const Time back = delay();
    if (!calm && one_in(25)) candidates_[i].cut_off_until = now_ + up_to(40s);
    const bool connected = calm || now_ >= candidates_[i].cut_off_until;
    const bool arrives = connected && (calm || !one_in(30));
    const bool returns = connected && (calm || !one_in(30));
    if (arrives) {
      schedule(there, [this, i, number, back, returns, sent = std::move(request)] {
        const kube::Reply reply = server_.handle(sent);
        if (returns) schedule(back, [this, i, number, reply] { answer(i, number, reply); });
      });
    }
    const kube::Outcome nothing = std::unexpected(kube::NoReply{.why = "lost", .sent = true});
    schedule(patience_, [this, i, number, nothing] { answer(i, number, nothing); });
  }

  void answer(std::size_t i, unsigned number, const kube::Outcome& outcome) {
    Candidate& c = candidates_[i];
    if (c.asked != number) return;
    ++c.asked;
    c.machine.on_answer(outcome, moment(c));
    const bool leads = c.machine.leads(moment(c).steady);
    if (leads && !c.led) ++terms_;
    c.led = leads;
    if (leads && now_ < calm_ && one_in(60)) c.machine.release();
    turn(i);
  }

  std::mt19937 random_;
  Time now_{0};
  Time calm_;  ///< from then on nothing goes wrong
  Time patience_ = one_in(4) ? Time(60s) : Time(5s);
  std::multimap<Time, std::function<void()>> events_;
  std::vector<Candidate> candidates_;
  support::LeaseServer server_;
  unsigned lives_ = 0;
  int terms_ = 0;
  bool stalled_before_ = false;
  bool two_leaders_ = false;
};

constexpr std::size_t seeds = support::cases(2'000);

TEST(LeaseProperty, NeverTwoLeadersAndInTheEndOne) {
  int terms = 0;
  for (unsigned seed = 0; seed < seeds; ++seed) {
    Simulation simulation(seed);
    ASSERT_FALSE(simulation.run(320s)) << "two leaders with seed " << seed;
    ASSERT_EQ(simulation.leaders(), 1) << "no leader with seed " << seed;
    terms += simulation.terms();
  }
  EXPECT_GT(terms, 5 * static_cast<int>(seeds)) << "the simulation is too quiet to find anything";
}

}  // namespace
}  // namespace everynode::protocol
