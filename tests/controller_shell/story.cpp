#include "story.hpp"

#include <chrono>
#include <thread>

namespace everynode::controller {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto patience = 30s;
constexpr auto rest = 40ms;  ///< longer than a key waits between two syncs

}  // namespace

Story::Story() {
  cluster_.observe([this](const FakeObjects& objects, const std::string& plural, const Json& object) {
    laws_.look(objects, plural, object);
  });
}

std::string Story::play(const std::function<void()>& meanwhile) {
  cluster_.change([](FakeObjects& objects) {
    add_nodes(objects, 5);
    objects.write("pods", orphan("orphan", "agent", "n1"));
    add_daemon_set(objects, daemon_set("agent", "i:1"));
  });
  if (!comes_to_rest(meanwhile)) return "it does not create:\n" + summary();
  cluster_.change([](FakeObjects& objects) { set_image(objects, "agent", "i:2"); });
  if (!comes_to_rest(meanwhile)) return "it does not roll:\n" + summary();
  cluster_.change([](FakeObjects& objects) { objects.erase("nodes", "/n5"); });
  if (!comes_to_rest(meanwhile)) return "it does not forget the node:\n" + summary();
  return cluster_.ask([this](const FakeObjects&) {
    std::string all;
    for (const std::string& violation : laws_.violations()) all += violation + "\n";
    return all;
  });
}

/// Settled, and nothing written any more.
bool Story::comes_to_rest(const std::function<void()>& meanwhile) {
  const auto deadline = steady_clock::now() + patience;
  auto settled_since = steady_clock::now();
  std::uint64_t version = 0;
  while (steady_clock::now() < deadline) {
    meanwhile();
    std::this_thread::sleep_for(2ms);
    const auto [settled, now_at] = cluster_.ask([](const FakeObjects& objects) {
      return std::pair(is_settled(objects) && objects.all("pods").size() == objects.all("nodes").size(),
                       objects.version());
    });
    if (!settled || std::exchange(version, now_at) != now_at) settled_since = steady_clock::now();
    if (steady_clock::now() - settled_since > rest) return true;
  }
  return false;
}

std::string Story::summary() const {
  return cluster_.ask(summary_of);
}

}  // namespace everynode::controller
