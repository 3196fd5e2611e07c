#include "story.hpp"

#include <chrono>
#include <thread>

namespace everynode::reconciler {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto patience = 30s;
constexpr auto rest = 40ms;        ///< longer than a key waits between two syncs
constexpr auto last_rest = 400ms;  ///< longer than a status waits to be written, too: it may still tell of a moment ago

}  // namespace

Tale usual_tale() {
  const auto create = [](FakeObjects& objects) {
    add_nodes(objects, 5);
    objects.write("pods", orphan("orphan", "agent", "n1"));
    add_daemon_set(objects, daemon_set("agent", "i:1"));
  };
  return {.name = "Usual",
          .limits = {},
          .chapters = {{"create", create},
                       {"roll", [](FakeObjects& objects) { set_image(objects, "agent", "i:2"); }},
                       {"forget the node", [](FakeObjects& objects) { objects.erase("nodes", "/n5"); }}}};
}

Story::Story(Tale tale) : tale_(std::move(tale)) {
  cluster_.observe([this](const FakeObjects& objects, const std::string& plural, const Json& object) {
    laws_.look(objects, plural, object);
  });
}

std::string Story::play(const std::function<void()>& meanwhile) {
  for (const Chapter& chapter : tale_.chapters) {
    cluster_.change(chapter.change);
    if (!comes_to_rest(chapter, meanwhile)) return "it does not " + chapter.what + ":\n" + summary();
  }
  return cluster_.ask([this](const FakeObjects& objects) {
    std::string all = strays_in(objects);
    for (const std::string& violation : laws_.violations()) all += violation + "\n";
    return all;
  });
}

/// Settled, and nothing written any more; or the moment in which the next chapter begins.
bool Story::comes_to_rest(const Chapter& chapter, const std::function<void()>& meanwhile) {
  const auto deadline = steady_clock::now() + patience;
  const auto calm_for = &chapter == &tale_.chapters.back() ? last_rest : rest;
  auto settled_since = steady_clock::now();
  std::uint64_t version = 0;
  while (steady_clock::now() < deadline) {
    meanwhile();
    std::this_thread::sleep_for(2ms);
    const auto [settled, now_at] = cluster_.ask([&](const FakeObjects& objects) {
      const bool calm = !chapter.rests || (is_settled(objects) && none_is_left_over(objects));
      return std::pair(calm && chapter.outcome(objects), objects.version());
    });
    if (settled && !chapter.rests) return true;
    if (!settled || std::exchange(version, now_at) != now_at) settled_since = steady_clock::now();
    if (steady_clock::now() - settled_since > calm_for) return true;
  }
  return false;
}

std::string Story::summary() const {
  return cluster_.ask([this](const FakeObjects& objects) { return summary_of(objects, tale_.chance_label); });
}

}  // namespace everynode::reconciler
