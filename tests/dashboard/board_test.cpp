// The board: what a reader knows who starts anywhere and misses anything.
#include "everynode/dashboard/board.hpp"

#include <gtest/gtest.h>

#include <list>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

namespace everynode::dashboard {
namespace {

using daemonset::NodeInShort;
using daemonset::NodeState;
using daemonset::Trouble;
using Json = nlohmann::json;

constexpr objects::Time now{std::chrono::seconds(1'000'000)};

objects::Node node(const std::string& name, objects::Labels labels = {}) {
  objects::Node node;
  node.name = name;
  node.labels = std::move(labels);
  return node;
}

NodeInShort report(std::string_view node, NodeState state, Trouble trouble = Trouble::none) {
  return {.node = node, .state = state, .trouble = trouble};
}

Board board() {
  return {"e", R"({"namespace":""})"};
}

/// A reader as the page is one: it applies deltas to a snapshot.
class Page {
 public:
  explicit Page(const Board& board) { restart(board); }

  void restart(const Board& board) { told_ = Json::parse(board.snapshot(now)); }

  void catch_up(const Board& board) {
    const Json delta = Json::parse(board.delta(seq(), now));
    for (const char* const what : {"labels", "rows", "columns"}) {
      if (!delta.contains(what)) continue;
      for (const Json& change : delta[what]) put(told_[what], change[0], change[1]);
    }
    if (delta.contains("cells")) {
      for (const Json& change : delta["cells"]) change_cells(change);
    }
    if (delta.contains("standing")) told_["standing"] = delta["standing"];
    told_["seq"] = delta["seq"];
  }

  [[nodiscard]] std::uint64_t seq() const { return told_["seq"]; }

  /// Everything by name, whatever the slots are.
  [[nodiscard]] std::map<std::string, std::string> seen() const {
    std::map<std::string, std::string> seen;
    for (std::size_t row = 0; row < told_["rows"].size(); ++row) {
      const Json& one = told_["rows"][row];
      if (one.is_null()) continue;
      seen["row " + one[0].get<std::string>()] = told_["labels"][one[1].get<std::size_t>()].dump() + one[2].dump();
      for (std::size_t column = 0; column < told_["columns"].size(); ++column) {
        const std::string cell = sign(row, column);
        if (!told_["columns"][column].is_null() && cell != ".") {
          seen["cell " + told_["columns"][column].dump() + " " + one[0].get<std::string>()] = cell;
        }
      }
    }
    for (const Json& column : told_["columns"]) {
      if (!column.is_null()) seen["column " + column.dump()] = "";
    }
    return seen;
  }

 private:
  static void put(Json& list, std::size_t slot, const Json& value) {
    while (list.size() <= slot) list.push_back(nullptr);
    list[slot] = value;
  }

  [[nodiscard]] std::string sign(std::size_t row, std::size_t column) const {
    if (column >= told_["cells"].size()) return ".";
    const std::string cells = told_["cells"][column];
    return row < cells.size() ? std::string(1, cells[row]) : ".";
  }

  void change_cells(const Json& change) {
    const std::size_t column = change[0];
    while (told_["cells"].size() <= column) told_["cells"].push_back("");
    std::string cells = told_["cells"][column];
    for (const auto& [cell, rows] : change[1].items()) {
      for (const std::size_t row : rows) {
        if (cells.size() <= row) cells.resize(row + 1, '.');
        cells[row] = cell[0];
      }
    }
    told_["cells"][column] = cells;
  }

  Json told_;
};

TEST(Board, TellsAllOfIt) {
  Board it = board();
  it.put_node(node("n1", {{"zone", "a"}, {"kubernetes.io/hostname", "n1"}}));
  it.put_node(node("n2", {{"zone", "a"}}));
  const std::vector reports{report("n1", NodeState::updated), report("n2", NodeState::missing, Trouble::not_created)};
  it.put_column("home/agent", R"({"name":"agent"})", reports);
  it.set_standing({.problem = "gone", .since = now - std::chrono::seconds(12), .known = true});
  EXPECT_TRUE(it.commit());
  EXPECT_EQ(it.snapshot(now),
            R"({"epoch":"e","seq":1,"about":{"namespace":""},"standing":{"known":true,"problem":"gone","age":12000},)"
            R"("labels":[null,{"zone":"a"}],"rows":[["n1",1,""],["n2",1,""]],"columns":[{"name":"agent"}],)"
            R"("cells":["Ap"]})")
      << "nodes with equal labels share them, and a hostname is the name again";
}

TEST(Board, HasASignForEachStateAndTrouble) {
  std::set<char> signs;
  for (std::size_t state = 0; state < daemonset::node_states; ++state) {
    for (std::size_t trouble = 0; trouble < daemonset::troubles; ++trouble) {
      signs.insert(sign_of(static_cast<NodeState>(state), static_cast<Trouble>(trouble)));
    }
  }
  EXPECT_EQ(signs.size(), daemonset::node_states * daemonset::troubles);
  EXPECT_FALSE(signs.contains(no_cell));
}

TEST(Board, TellsOnlyWhatIsNew) {
  Board it = board();
  it.put_node(node("n1"));
  it.put_node(node("n2"));
  std::vector reports{report("n1", NodeState::updated), report("n2", NodeState::updated)};
  it.put_column("home/agent", "{}", reports);
  it.commit();
  reports[1].state = NodeState::outdated;
  it.put_column("home/agent", "{}", reports);
  EXPECT_TRUE(it.commit());
  EXPECT_EQ(it.delta(1, now), R"({"seq":2,"cells":[[0,{"I":[1]}]]})");
}

TEST(Board, IsTheSameWhereNothingIsNew) {
  Board it = board();
  it.put_node(node("n1", {{"a", "b"}}));
  it.put_column("home/agent", "{}", std::vector{report("n1", NodeState::updated)});
  it.set_standing({.known = true});
  it.commit();
  it.put_node(node("n1", {{"a", "b"}}));
  it.put_column("home/agent", "{}", std::vector{report("n1", NodeState::updated)});
  it.set_standing({.known = true});
  it.remove_node("n2");
  it.remove_column("home/other");
  EXPECT_FALSE(it.commit());
  EXPECT_EQ(it.sequence(), 1U);
}

TEST(Board, KeepsTheRowOfANodeThatHasGoneWhileAPodIsLeft) {
  Board it = board();
  it.put_node(node("n1"));
  it.put_column("home/agent", "{}", std::vector{report("n1", NodeState::misscheduled)});
  it.remove_node("n1");
  it.commit();
  EXPECT_TRUE(Page(it).seen().contains("row n1"));
  it.put_column("home/agent", "{}", {});
  it.commit();
  EXPECT_FALSE(Page(it).seen().contains("row n1"));
}

TEST(Board, ShowsANodeThatOnlyADaemonSetKnows) {
  Board it = board();
  it.put_column("home/agent", "{}", std::vector{report("n1", NodeState::updated)});
  it.commit();
  EXPECT_EQ(Page(it).seen().at("row n1"), R"({}"")");
}

TEST(Board, SaysWhatIsWrongWithANode) {
  Board it = board();
  objects::Node bad = node("n1");
  bad.health.ready = false;
  bad.taints.push_back({.key = "node.kubernetes.io/unschedulable", .value = {}, .effect = "NoSchedule"});
  it.put_node(bad);
  it.commit();
  EXPECT_EQ(Page(it).seen().at("row n1"), R"({}"NotReady, cordoned")");
  bad.trouble = "its kubelet is silent";
  it.put_node(bad);
  it.commit();
  EXPECT_EQ(Page(it).seen().at("row n1"), R"({}"NotReady (its kubelet is silent), cordoned")");
}

/// Texts that would break out of anything that does not take them for text.
const std::string& hostile(std::mt19937& random) {
  static const std::vector<std::string> texts{"n1",
                                              "n2",
                                              "n3",
                                              "<img src=x onerror=alert(1)>",
                                              "</script><script>",
                                              "\"]},{\"seq\":0",
                                              "\\",
                                              "\n",
                                              "\r\n\r\n",
                                              "data: x\n\n",
                                              "\x01\x7f",
                                              "\xff\xfe",
                                              "\xe2\x80\xae",
                                              "é",
                                              std::string("\0", 1),
                                              "${x}",
                                              "__proto__"};
  return texts[random() % texts.size()];
}

void change(Board& it, std::mt19937& random) {
  const std::string name = hostile(random);
  const std::string id = "home/" + std::to_string(random() % 4);
  switch (random() % 6) {
    case 0:
      return it.remove_node(name);
    case 1:
      return it.remove_column(id);
    case 2:
      return it.set_standing({.problem = hostile(random), .since = now, .known = random() % 2 == 0});
    case 3: {
      std::vector<NodeInShort> reports;
      for (std::size_t i = random() % 4; i > 0; --i) {
        reports.push_back(report(hostile(random), static_cast<NodeState>(random() % daemonset::node_states),
                                 static_cast<Trouble>(random() % daemonset::troubles)));
      }
      Json facts{{"id", id}, {"waitsFor", hostile(random)}};
      const std::string text = facts.dump(-1, ' ', false, Json::error_handler_t::replace);
      return it.put_column(id, text, reports);
    }
    default: {
      objects::Labels labels;
      labels.set(hostile(random), hostile(random));
      return it.put_node(node(name, labels));
    }
  }
}

TEST(Board, GivesEveryReaderTheSameWhateverItHasMissed) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    std::mt19937 random(seed);
    Board it = board();
    std::vector<Page> pages(3, Page(it));
    for (int step = 0; step < 40; ++step) {
      for (auto changes = random() % 4; changes > 0; --changes) change(it, random);
      it.commit();
      for (Page& page : pages) {
        if (random() % 3 == 0) page.catch_up(it);
      }
      if (random() % 10 == 0) pages[random() % pages.size()].restart(it);
    }
    for (Page& page : pages) {
      page.catch_up(it);
      ASSERT_EQ(page.seen(), Page(it).seen()) << "seed " << seed;
    }
  }
}

TEST(Board, IsOneLineWhateverObjectsSay) {
  std::mt19937 random(1);
  Board it = board();
  for (int step = 0; step < 500; ++step) change(it, random);
  it.commit();
  for (const std::string& text : {it.snapshot(now), it.delta(0, now)}) {
    EXPECT_FALSE(text.contains('\n'));
    EXPECT_FALSE(text.contains('\r'));
    EXPECT_TRUE(Json::accept(text));
  }
}

TEST(Board, UsesFreeSlotsAgain) {
  Board it = board();
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "n" + std::to_string(i);
    it.put_node(node(name, {{"name", name}}));
    it.put_column("home/" + name, "{}", std::vector{report(name, NodeState::updated)});
    it.remove_column("home/" + name);
    it.remove_node(name);
    it.commit();
  }
  EXPECT_LT(it.snapshot(now).size(), 400U);
}

TEST(Board, IsSmallForFiveThousandNodesAndTenDaemonSets) {
  Board it = board();
  std::vector<NodeInShort> reports;
  std::list<std::string> names;
  for (int i = 0; i < 5000; ++i) {
    const std::string& name =
        names.emplace_back("ip-10-" + std::to_string(i / 250) + "-" + std::to_string(i % 250) + ".internal");
    it.put_node(node(name, {{"kubernetes.io/hostname", name},
                            {"kubernetes.io/os", "linux"},
                            {"node.kubernetes.io/instance-type", "m7i." + std::to_string(i % 5) + "xlarge"},
                            {"topology.kubernetes.io/zone", std::string(1, static_cast<char>('a' + i % 3))}}));
    reports.push_back(report(name, static_cast<NodeState>(i % 3)));
  }
  for (int i = 0; i < 10; ++i) it.put_column("kube-system/agent-" + std::to_string(i), "{}", reports);
  it.commit();
  EXPECT_LT(it.snapshot(now).size(), 260U * 1024) << "before it is compressed";
}

}  // namespace
}  // namespace everynode::dashboard
