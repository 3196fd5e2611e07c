// Which wave of a policy a node belongs to.
#include "everynode/rollout/waves.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace everynode::rollout {
namespace {

objects::LabelSelector labelled(std::string key, std::string value) {
  return {.requirements = {{.key = std::move(key), .op = "In", .values = {std::move(value)}}}};
}

objects::Wave nodes_with(std::string name, std::string key, std::string value) {
  objects::Wave wave;
  wave.name = std::move(name);
  wave.nodes = labelled(std::move(key), std::move(value));
  return wave;
}
objects::Wave so_many(std::string name, objects::IntOrPercent count) {
  objects::Wave wave;
  wave.name = std::move(name);
  wave.count = count;
  return wave;
}
objects::Wave by(std::string name, std::string key) {
  objects::Wave wave;
  wave.name = std::move(name);
  wave.by = std::move(key);
  return wave;
}

objects::IntOrPercent number(std::int64_t value) {
  return {.value = value, .percent = false};
}
objects::IntOrPercent percent(std::int64_t value) {
  return {.value = value, .percent = true};
}

/// The waves' names by node.
std::map<std::string, std::string> placed(const std::vector<objects::Wave>& waves, const std::vector<WaveNode>& nodes) {
  std::map<std::string, std::string> out;
  const std::vector<Place> places = places_of(waves, nodes);
  for (std::size_t i = 0; i < nodes.size(); ++i) out[std::string(nodes[i].name)] = name_of(places[i], waves);
  return out;
}

/// Nodes node-0, node-1, ... that should run a pod.
struct Fleet {
  explicit Fleet(std::size_t size) {
    names.reserve(size);
    for (std::size_t i = 0; i < size; ++i) {
      names.push_back("node-" + std::to_string(i));
      nodes.push_back({.name = names.back(), .labels = {}, .desired = true});
    }
  }
  std::vector<std::string> names;
  std::vector<WaveNode> nodes;
};

std::size_t count_of(const std::map<std::string, std::string>& placed, std::string_view wave) {
  return static_cast<std::size_t>(std::ranges::count(placed, wave, [](const auto& one) { return one.second; }));
}

TEST(Waves, TakeNodesInTheirOrderAndLeaveTheRest) {
  const std::vector<WaveNode> nodes{
      {.name = "a", .labels = {{"canary", "true"}, {"zone", "x"}}, .desired = true},
      {.name = "b", .labels = {{"zone", "y"}}, .desired = true},
      {.name = "c", .labels = {{"zone", "x"}}, .desired = true},
      {.name = "d", .labels = {}, .desired = true},
  };
  using Map = std::map<std::string, std::string>;
  EXPECT_EQ(placed({nodes_with("canary", "canary", "true"), by("zones", "zone")}, nodes),
            (Map{{"a", "canary"}, {"b", "zones/y"}, {"c", "zones/x"}, {"d", "rest"}}));
  EXPECT_EQ(placed({by("zones", "zone"), nodes_with("canary", "canary", "true")}, nodes)["a"], "zones/x");
  EXPECT_EQ(placed({}, nodes), (Map{{"a", "rest"}, {"b", "rest"}, {"c", "rest"}, {"d", "rest"}}));
  objects::Wave all = by("all", "");
  all.nodes.emplace();
  EXPECT_EQ(count_of(placed({all}, nodes), "all"), 4U);
}

TEST(Waves, ByALabelThatNoNodeHasAreFound) {
  const std::vector<WaveNode> nodes{{.name = "a", .labels = {{"zone", "x"}}, .desired = true},
                                    {.name = "b", .labels = {{"rack", "1"}}, .desired = true}};
  const auto without = [](const std::vector<objects::Wave>& waves, const std::vector<WaveNode>& of) {
    return waves_without_nodes(waves, places_of(waves, of));
  };
  using Indices = std::vector<std::uint32_t>;
  EXPECT_EQ(without({by("zones", "zone"), by("rooms", "room"), by("racks", "rack")}, nodes), Indices{1});
  EXPECT_EQ(without({nodes_with("first", "zone", "x"), by("zones", "zone")}, nodes), Indices{1}) << "none is left";
  EXPECT_EQ(without({nodes_with("canary", "canary", "true")}, nodes), Indices{}) << "it may be empty on purpose";
  EXPECT_EQ(without({by("rooms", "room")}, {}), Indices{});
}

TEST(Waves, ComeInTheAlphabeticalOrderOfTheirValues) {
  const std::vector<WaveNode> nodes{{.name = "a", .labels = {{"zone", "y"}}, .desired = true},
                                    {.name = "b", .labels = {{"zone", "x"}}, .desired = true}};
  const std::vector<objects::Wave> waves{by("zones", "zone")};
  const auto places = places_of(waves, nodes);
  EXPECT_LT(places[1], places[0]);
}

TEST(Waves, CountExactlySoManyRoundedUp) {
  const Fleet fleet(21);
  EXPECT_EQ(count_of(placed({so_many("few", number(3))}, fleet.nodes), "few"), 3U);
  EXPECT_EQ(count_of(placed({so_many("few", percent(5))}, fleet.nodes), "few"), 2U);
  EXPECT_EQ(count_of(placed({so_many("few", percent(100))}, fleet.nodes), "few"), 21U);
  EXPECT_EQ(count_of(placed({so_many("few", number(99))}, fleet.nodes), "few"), 21U);
  const auto twice = placed({so_many("one", number(2)), so_many("two", number(4))}, fleet.nodes);
  EXPECT_EQ(count_of(twice, "one"), 2U);
  EXPECT_EQ(count_of(twice, "two"), 4U);
}

TEST(Waves, CountOnlyNodesThatShouldRunAPod) {
  Fleet fleet(20);
  for (std::size_t i = 0; i < 10; ++i) fleet.nodes[i].desired = false;
  const auto placed_nodes = placed({so_many("few", percent(50))}, fleet.nodes);
  EXPECT_EQ(count_of(placed_nodes, "few"), 5U);
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(placed_nodes.at(fleet.names[i]), "rest");
}

TEST(Waves, ANodeThatGoesMovesOneOtherAtMost) {
  const Fleet fleet(200);
  const std::vector<objects::Wave> waves{so_many("few", number(10))};
  const auto before = placed(waves, fleet.nodes);
  for (std::size_t gone = 0; gone < fleet.nodes.size(); ++gone) {
    std::vector<WaveNode> left = fleet.nodes;
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(gone));
    std::size_t moved = 0;
    for (const auto& [name, wave] : placed(waves, left)) moved += wave != before.at(name) ? 1 : 0;
    EXPECT_LE(moved, before.at(fleet.names[gone]) == "few" ? 1U : 0U) << fleet.names[gone];
  }
}

/// If these change, a version that takes over in the middle of a rollout goes on with other nodes.
TEST(Waves, ChooseTheSameNodesForEver) {
  const Fleet fleet(100);
  std::vector<std::string> few;
  for (const auto& [name, wave] : placed({so_many("few", number(4))}, fleet.nodes)) {
    if (wave == "few") few.push_back(name);
  }
  EXPECT_EQ(few, (std::vector<std::string>{"node-19", "node-36", "node-56", "node-61"}));
}

TEST(Waves, ChooseTheSameNodesInWhateverOrderTheyCome) {
  Fleet fleet(50);
  const std::vector<objects::Wave> waves{so_many("few", number(7)), so_many("more", percent(20))};
  const auto before = placed(waves, fleet.nodes);
  std::ranges::reverse(fleet.nodes);
  EXPECT_EQ(placed(waves, fleet.nodes), before);
}

/// Kept node by node, places are those that all nodes at once would give.
TEST(Waves, AreTheSameHoweverTheNodesCameChangedAndWent) {
  std::mt19937 random(7);
  const auto below = [&random](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  for (int run = 0; run < 200; ++run) {
    std::vector<objects::Wave> waves;
    for (std::size_t i = below(5); i > 0; --i) {
      const std::string name = "w" + std::to_string(i);
      const std::size_t kind = below(3);
      waves.push_back(kind == 0   ? so_many(name, percent(static_cast<std::int64_t>(below(60))))
                      : kind == 1 ? by(name, "zone")
                                  : nodes_with(name, "canary", "true"));
    }
    Places places(waves);
    std::vector<std::string> names;
    std::vector<WaveNode> nodes;
    names.reserve(1000);
    for (int step = 0; step < 60; ++step) {
      const std::size_t index = below(nodes.size() + 2);
      if (index > nodes.size()) {
        if (nodes.empty()) continue;
        const std::size_t gone = below(nodes.size());
        places.remove(gone);
        std::swap(nodes[gone], nodes.back());
        nodes.pop_back();
      } else {
        WaveNode node{.name = {}, .labels = {}, .desired = below(4) > 0};
        if (below(2) == 0) node.labels.set("zone", "z" + std::to_string(below(50)));
        if (below(4) == 0) node.labels.set("canary", "true");
        node.name = index < nodes.size() ? nodes[index].name : names.emplace_back("n" + std::to_string(step));
        index < nodes.size() ? nodes[index] = node : nodes.emplace_back(node);
        places.put(index, node);
      }
      const auto all = places.all();
      ASSERT_EQ(std::vector<Place>(all.begin(), all.end()), places_of(waves, nodes));
      std::map<Place, std::uint32_t> numbers;
      for (const Place& place : all) ASSERT_EQ(numbers.try_emplace(place, place.number).first->second, place.number);
    }
  }
}

}  // namespace
}  // namespace everynode::rollout
