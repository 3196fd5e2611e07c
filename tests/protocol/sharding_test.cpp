#include "everynode/protocol/sharding.hpp"

#include <gtest/gtest.h>

#include <tuple>

namespace everynode::protocol {
namespace {

using namespace std::chrono_literals;

constexpr kube::Shard low{.index = 0, .count = 2};  // it has ns-1, and kube-system is in the other one

std::string list(const std::string& shards, const std::string& name_space = "ns-1") {
  const std::string info = shards.empty() ? "" : R"(,"shardInfo":{"selector":")" + shards + R"("})";
  return R"({"metadata":{"resourceVersion":"7")" + info + R"(},"items":[{"metadata":{"name":"a","namespace":")" +
         name_space + R"(","uid":"u","resourceVersion":"5"}}]})";
}

/// A machine that asks for the lower half.
struct Sharded {
  std::vector<std::string> log;
  WatchMachine machine{{.read =
                            [](codec::JsonValue value) {
                              objects::ObjectMeta meta;
                              const auto read_metadata = [&](codec::JsonValue metadata) {
                                codec::read_fields(metadata, codec::field<"namespace">(meta.namespace_),
                                                   codec::field<"name">(meta.name), codec::field<"uid">(meta.uid),
                                                   codec::field<"resourceVersion">(meta.resource_version));
                              };
                              codec::read_fields(value, codec::visit<"metadata">(read_metadata));
                              return meta;
                            },
                        .begin_replacement = [] {},
                        .listed = [this](const Object& one) { log.emplace_back(one.meta.namespace_); },
                        .end_replacement = [](std::string_view) { return kube::Continuity::proven; },
                        .changed =
                            [this](Change, const Object& one) {
                              log.emplace_back(one.meta.namespace_);
                              return true;
                            },
                        .progressed = [](std::string_view) {},
                        .shard = low},
                       1};

  WatchFailure page(std::string body) {
    std::ignore = machine.next(WatchMachine::Instant(1000s));
    return machine.on_page(kube::Reply{.status = 200, .body = std::move(body), .retry_after = {}});
  }
};

TEST(Sharding, ListThatTheServerAnswersForIsTaken) {
  Sharded sharded;
  EXPECT_EQ(sharded.page(list(low.selector())), WatchFailure::none);
  EXPECT_TRUE(sharded.machine.synced());
  EXPECT_EQ(sharded.log, std::vector<std::string>{"ns-1"});
}

TEST(Sharding, WholeListIsRefusedAndNothingOfOtherShardsKept) {
  Sharded sharded;
  EXPECT_EQ(sharded.page(list("", "kube-system")), WatchFailure::not_sharded);
  EXPECT_FALSE(sharded.machine.synced());
  EXPECT_TRUE(sharded.log.empty());
  EXPECT_TRUE(sharded.machine.problem().contains("feature gate ShardedListAndWatch")) << sharded.machine.problem();
  EXPECT_TRUE(sharded.machine.problem().contains("--shards 1"));
}

TEST(Sharding, ListOfAnotherShardIsRefused) {
  Sharded sharded;
  EXPECT_EQ(sharded.page(list(kube::Shard{.index = 1, .count = 2}.selector())), WatchFailure::not_sharded);
}

/// One API server of several was set back to an older version.
TEST(Sharding, WatchThatTellsOfAnotherShardEndsWhatIsKnown) {
  Sharded sharded;
  ASSERT_EQ(sharded.page(list(low.selector())), WatchFailure::none);
  sharded.log.clear();
  std::ignore = sharded.machine.next(WatchMachine::Instant(1000s));
  const auto event = [](const char* name_space) {
    return std::string(R"({"type":"MODIFIED","object":{"metadata":{"name":"a","namespace":")") + name_space +
           R"(","uid":"u","resourceVersion":"8"}}})";
  };
  EXPECT_TRUE(sharded.machine.on_line(event("ns-2")));
  EXPECT_FALSE(sharded.machine.on_line(event("kube-system")));
  EXPECT_EQ(sharded.log, std::vector<std::string>{"ns-2"});
  EXPECT_FALSE(sharded.machine.synced());
  EXPECT_EQ(
      sharded.machine.on_end(kube::Reply{.status = 200, .body = "", .retry_after = {}}, WatchMachine::Instant(1001s)),
      WatchFailure::not_sharded);
}

TEST(Sharding, WithoutAShardNothingIsChecked) {
  EXPECT_TRUE(check_sharded("", std::nullopt));
  EXPECT_TRUE(check_sharded("anything", std::nullopt));
}

TEST(Sharding, WholeAnswerIsJudged) {
  const auto reply = [](std::string body) {
    return kube::Reply{.status = 200, .body = std::move(body), .retry_after = {}};
  };
  EXPECT_TRUE(check_sharded(reply(list(low.selector())), low));
  EXPECT_FALSE(check_sharded(reply(list("")), low));
  EXPECT_FALSE(check_sharded(reply("{"), low));
}

TEST(Sharding, OnlyOfDropsWhatIsOfOthers) {
  std::vector<std::string> log;
  WatchConsumer consumer;
  consumer.listed = [&](const Object& one) { log.emplace_back(one.meta.namespace_); };
  consumer.changed = [&](Change, const Object& one) {
    log.emplace_back(one.meta.namespace_);
    return true;
  };
  const WatchConsumer filtered = only_of(low, consumer);
  for (const char* name_space : {"ns-1", "kube-system", "ns-2"}) {
    objects::ObjectMeta meta;
    meta.namespace_ = name_space;
    filtered.listed({.meta = meta, .unreadable = {}});
    EXPECT_EQ(filtered.changed(Change::added, {.meta = meta, .unreadable = {}}), low.has(name_space));
  }
  EXPECT_EQ(log, (std::vector<std::string>{"ns-1", "ns-1", "ns-2", "ns-2"}));
}

}  // namespace
}  // namespace everynode::protocol
