#include "everynode/cache/load.hpp"

#include <gtest/gtest.h>

namespace everynode::cache {
namespace {

const Key agent{.namespace_ = "default", .name = "agent"};

std::string list_of(const std::string& revision_data) {
  return R"({"kind":"List","items":[{"kind":"DaemonSet","metadata":{"namespace":"default","name":"agent","uid":"d"},
    "spec":{"selector":{"matchLabels":{"app":"agent"}},"template":{"metadata":{"labels":{"app":"agent"}},
    "spec":{"containers":[{"name":"agent","args":["a<b"]}]}}}},
    {"kind":"ControllerRevision","metadata":{"namespace":"default","name":"agent-1","uid":"r","labels":{"app":"agent"}},
    "revision":1,"data":)" +
         revision_data + "}]}";
}

/// Requirements 9.1 and 9.3: kubectl indents the data and does not escape `<`, but we compare bytes.
TEST(Load, BringsTheDataOfRevisionsIntoItsCanonicalForm) {
  Store store;
  Loaded loaded;
  ASSERT_TRUE(load(list_of(R"({ "spec": { "template": {"spec": {"containers": [ {"name": "agent", "args": ["a<b"]} ]},
    "metadata": {"labels": {"app": "agent"}}, "$patch": "replace" } } })"),
                   store, loaded));
  const View view = store.view(agent);
  ASSERT_EQ(view.snapshot.revisions.size(), 1U);
  EXPECT_EQ(view.snapshot.revisions[0]->data, view.snapshot.daemon_set->revision_data);
}

TEST(Load, KeepsRevisionsOfAnotherTemplateApart) {
  Store store;
  Loaded loaded;
  ASSERT_TRUE(load(list_of(R"({"spec":{"template":{"$patch":"replace"}}})"), store, loaded));
  const View view = store.view(agent);
  ASSERT_EQ(view.snapshot.revisions.size(), 1U);
  EXPECT_NE(view.snapshot.revisions[0]->data, view.snapshot.daemon_set->revision_data);
}

TEST(Load, SaysWhichItemCannotBeRead) {
  Store store;
  Loaded loaded;
  const auto done = load(R"({"kind":"List","items":[{"kind":"Node","metadata":{}}]})", store, loaded);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().text(), "items[0]: metadata.name is missing");
}

TEST(Load, TakesListsOfListsAndCountsByKind) {
  Store store;
  Loaded loaded;
  EXPECT_TRUE(
      load(R"({"kind":"List","items":[{"kind":"NodeList","items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]},
    {"kind":"Service","metadata":{"name":"x"}},{"kind":"PodList","items":[]}]})",
           store, loaded));
  EXPECT_TRUE(load(R"({"kind":"Node","metadata":{"name":"c"}})", store, loaded));
  EXPECT_EQ(loaded.nodes, 3U);
  EXPECT_EQ(loaded.others, 1U);
  EXPECT_EQ(store.nodes().size(), 3U);
}

}  // namespace
}  // namespace everynode::cache
