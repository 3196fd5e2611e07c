// From list and watch into the store: an object that cannot be read changes nothing.
#include "everynode/cache/feed.hpp"

#include <gtest/gtest.h>

#include "stores.hpp"

namespace everynode::cache {
namespace {

using protocol::WatchMachine;

class FeedTest : public ::testing::Test {
 protected:
  FeedTest() : machine_(nodes(), 1) { static_cast<void>(machine_.next({})); }

  protocol::WatchConsumer nodes() {
    Feed<objects::Node> feed;
    feed.put = [this](objects::Node&& node, bool fresh) {
      said_ += (fresh ? "fresh " : "put ") + node.name + "; ";
      store_.put(std::move(node));
    };
    feed.remove = [this](const objects::ObjectMeta& gone) {
      said_ += "removed " + std::string(gone.name) + "; ";
      store_.remove_node(gone.name);
    };
    feed.unreadable = [this](const objects::ObjectMeta& meta, std::string_view problem) {
      said_ += "unreadable " + std::string(meta.name) + " " + std::string(problem) + "; ";
    };
    feed.replaced = [this] { said_ += "replaced; "; };
    feed.changed = [this] { return said_ += "changed; ", true; };
    feed.went_back = [this] { said_ += "went back; "; };
    return consumer_of(store_, Store::Kind::node, std::move(feed));
  }

  void list(const std::string& items) {
    machine_.on_page(kube::Reply{
        .status = 200, .body = R"({"metadata":{"resourceVersion":"5"},"items":[)" + items + "]}", .retry_after = {}});
    static_cast<void>(machine_.next({}));
  }

  std::string said() { return std::exchange(said_, {}); }

  Store store_;
  std::string said_;
  WatchMachine machine_;
};

TEST_F(FeedTest, PutsAndRemoves) {
  list(R"({"metadata":{"name":"a","resourceVersion":"4"}})");
  EXPECT_EQ(said(), "put a; replaced; ");
  EXPECT_TRUE(machine_.on_line(R"({"type":"ADDED","object":{"metadata":{"name":"b","resourceVersion":"6"}}})"));
  EXPECT_EQ(said(), "fresh b; changed; ");
  EXPECT_TRUE(machine_.on_line(R"({"type":"DELETED","object":{"metadata":{"name":"a","resourceVersion":"7"}}})"));
  EXPECT_EQ(said(), "removed a; changed; ");
  EXPECT_EQ(store_.nodes().size(), 1U);
}

TEST_F(FeedTest, KeepsTheLastStateOfWhatCannotBeRead) {
  list(R"({"metadata":{"name":"a","resourceVersion":"4","labels":{"x":"1"}}})");
  said();
  EXPECT_TRUE(machine_.on_line(
      R"({"type":"MODIFIED","object":{"metadata":{"name":"a","resourceVersion":"6"},"spec":{"taints":1}}})"));
  EXPECT_EQ(said(), "unreadable a spec.taints: expected an array; changed; ");
  EXPECT_EQ(store_.nodes().at("a").labels.get("x"), "1");
}

TEST_F(FeedTest, ReadsProtobufOnlyWhereThereIsMuch) {
  EXPECT_TRUE(nodes().read_protobuf);
  EXPECT_TRUE(consumer_of(store_, Store::Kind::pod, Feed<objects::DaemonPod>()).read_protobuf);
  EXPECT_FALSE(consumer_of(store_, Store::Kind::daemon_set, Feed<objects::DaemonSet>()).read_protobuf);
  EXPECT_FALSE(
      consumer_of(store_, Store::Kind::controller_revision, Feed<objects::ControllerRevision>()).read_protobuf);
}

}  // namespace
}  // namespace everynode::cache
