#include "cli/target.hpp"

#include <gtest/gtest.h>

#include "error_of.hpp"

namespace everynode::cli {
namespace {

using Words = std::vector<std::string>;

std::string name_in(const Words& words) {
  const auto name = read_target(words);
  return name ? *name : "refused: " + name.error();
}

void expect_no_target(const Words& words, std::string_view why) {
  const auto name = read_target(words);
  ASSERT_FALSE(name) << *name;
  EXPECT_TRUE(name.error().contains(why)) << name.error();
  EXPECT_FALSE(name.error().contains('\n')) << name.error();
}

TEST(Target, IsATypeAndANameInEitherForm) {
  for (const std::string type : {"ds", "daemonset", "daemonsets"}) {
    for (const std::string group : {"", ".apps", ".v1.apps"}) {
      EXPECT_EQ(name_in({type + group + "/agent"}), "agent");
      EXPECT_EQ(name_in({type + group, "agent"}), "agent");
    }
  }
  EXPECT_EQ(name_in({"DaemonSet/agent"}), "agent");
  EXPECT_EQ(name_in({"DS.V1.APPS", "node.agent-2"}), "node.agent-2");
}

TEST(Target, OfAnotherTypeIsRefusedWithThoseThatAreKnown) {
  for (const std::string type :
       {"deploy", "pod", "ds.", "ds.v1", "ds.v1beta1.apps", "daemonsets.extensions", "dss", "ds,sts", "d s"}) {
    expect_no_target({type + "/agent"},
                     "type '" + type + "' is not known here; known are ds, daemonset and daemonsets");
    expect_no_target({type, "agent"}, "'" + type + "' is not known here");
  }
}

TEST(Target, IsOneDaemonSet) {
  expect_no_target({}, "no DaemonSet is named");
  expect_no_target({"ds"}, "'ds' has no name behind it");
  expect_no_target({"agent"}, "'agent' names no DaemonSet: expected TYPE/NAME or TYPE NAME");
  expect_no_target({"ds", "a", "b"}, "2 names, from 'a' to 'b': one DaemonSet at a time");
  expect_no_target({"ds/a", "b"}, "'b' is too much behind 'ds/a'");
  expect_no_target({"ds/a", "ds/b"}, "'ds/b' is too much behind 'ds/a'");
  expect_no_target({"ds", "ds/a"}, "give the type once");
}

TEST(Target, HasSomethingOnBothSidesOfOneSlash) {
  expect_no_target({"ds/"}, "'ds/' has no name behind the slash");
  expect_no_target({"/agent"}, "'/agent' has no type before the slash");
  expect_no_target({"/"}, "no type");
  expect_no_target({"ds/a/b"}, "several slashes");
  expect_no_target({"ds//a"}, "several slashes");
}

TEST(Target, HasANameThatADaemonSetCanHave) {
  for (const std::string& name : Words{"Agent", "a_b", "-a", "a-", "a..b", "a,b", "a b", "*", std::string(254, 'a')}) {
    expect_no_target({"ds/" + name}, "'" + name + "' is no name of a DaemonSet");
    expect_no_target({"ds", name}, "is no name of a DaemonSet");
  }
  expect_no_target({"ds", ""}, "'' is no name of a DaemonSet");
  EXPECT_EQ(name_in({"ds/" + std::string(253, 'a')}), std::string(253, 'a'));
}

TEST(Target, ThatIsRefusedDrivesNoTerminal) {
  for (const Words& words : {Words{"\x1b[2Jx/a"}, Words{"ds/\x1b[2J"}, Words{"ds", "a", "\x1b[2J"}, Words{"\x1b[2J"}}) {
    const auto name = read_target(words);
    ASSERT_FALSE(name);
    EXPECT_FALSE(name.error().contains('\x1b')) << name.error();
  }
}

TEST(TargetOfAllNamespaces, IsATypeAlone) {
  for (const std::string type : {"ds", "daemonset", "DaemonSets", "daemonset.apps"}) {
    EXPECT_TRUE(check_type({type})) << type;
  }
  EXPECT_EQ(support::error_of(check_type({"ds/agent"})),
            "'ds/agent' names one DaemonSet, and -A asks for those of all namespaces: expected a type alone, as in ds");
  EXPECT_TRUE(support::error_of(check_type({"ds", "agent"})).starts_with("'agent' names one DaemonSet"));
  EXPECT_TRUE(support::error_of(check_type({"deploy"})).starts_with("'deploy' is no type that is known here"));
}

}  // namespace
}  // namespace everynode::cli
