#include "everynode/protocol/watch_frame.hpp"

#include <gtest/gtest.h>

#include "error_of.hpp"
#include "protobuf.hpp"

namespace everynode::protocol {
namespace {

using support::enveloped;
using support::event;
using support::metadata;
using support::object_with;
using support::Writer;
using support::written;

class WatchFrame : public ::testing::Test {
 protected:
  std::string read(const std::string& frame) {
    line = {};
    const auto read_pod = [this](codec::Message object) { return objects::read(object, pod = {}); };
    const auto event = read_frame(frame, read_pod);
    if (event) line = *event;
    return support::error_of(event);
  }

  objects::DaemonPod pod;
  WatchLine line;
};

TEST_F(WatchFrame, IsAnEventAndItsObject) {
  const std::string frame = event("MODIFIED", enveloped("Pod", object_with(metadata("a", "7"))));
  EXPECT_EQ(read(frame), "");
  EXPECT_EQ(line.event, WatchEvent::modified);
  EXPECT_EQ(line.meta.name, "a");
  EXPECT_EQ(line.meta.namespace_, "ns");
  EXPECT_EQ(line.meta.uid, "uid-a");
  EXPECT_EQ(line.meta.resource_version, "7");
  EXPECT_EQ(pod.name, "a");
  EXPECT_EQ(line.unreadable, "");
}

TEST_F(WatchFrame, MayBeABookmark) {
  const std::string frame = event("BOOKMARK", enveloped("Pod", object_with(metadata("", "9"))));
  EXPECT_EQ(read(frame), "");
  EXPECT_EQ(line.event, WatchEvent::bookmark);
  EXPECT_EQ(line.meta.resource_version, "9");
}

TEST_F(WatchFrame, MayBeABookmarkBehindAllThatThereWas) {
  for (const auto& [key, value] : {std::pair("k8s.io/initial-events-end", "true"),
                                   {"k8s.io/initial-events-end", "false"},
                                   {"k8s.io/other", "true"}}) {
    const std::string annotation = support::written([&](support::Writer& entry) {
      entry.add_string(1, key);
      entry.add_string(2, value);
    });
    const std::string annotated =
        metadata("", "9") + support::written([&](support::Writer& more) { more.add_message(12, annotation); });
    EXPECT_EQ(read(event("BOOKMARK", enveloped("Pod", object_with(annotated)))), "");
    EXPECT_EQ(line.all_told, key == std::string("k8s.io/initial-events-end") && value == std::string("true"))
        << key << " " << value;
  }
}

TEST_F(WatchFrame, MayBeAnError) {
  const std::string frame = event("ERROR", support::status(410, "Expired", "too old resource version"));
  EXPECT_EQ(read(frame), "");
  EXPECT_EQ(line.event, WatchEvent::error);
  const WatchError error = read_frame_error(frame);
  EXPECT_EQ(error.code, 410U);
  EXPECT_EQ(error.message, "too old resource version");
}

TEST_F(WatchFrame, NamesAnObjectThatCannotBeRead) {
  const std::string phase = written([](Writer& status) { status.add_string(1, "\xFF"); });
  const std::string object = object_with(metadata("a", "7")) + written([&](Writer& pod) { pod.add_message(3, phase); });
  const std::string frame = event("ADDED", enveloped("Pod", object));
  EXPECT_EQ(read(frame), "");
  EXPECT_EQ(line.unreadable, "a text that is not UTF-8");
  EXPECT_EQ(line.meta.name, "a");
}

TEST_F(WatchFrame, SaysWhatItLacks) {
  const std::string named = enveloped("Pod", object_with(metadata("a", "7")));
  EXPECT_EQ(read(event("SEEN", named)), "no known type");
  EXPECT_EQ(read(written([](Writer& out) { out.add_string(1, "ADDED"); })), "no object");
  EXPECT_EQ(read(event("ADDED", enveloped("Pod", object_with(metadata("a", ""))))),
            "no object.metadata.resourceVersion");
  EXPECT_EQ(read(event("ADDED", enveloped("Pod", object_with(metadata("", "7"))))), "no object.metadata.name");
  EXPECT_EQ(read(event("ADDED", "{}")), "Kubernetes' magic number is missing");
}

TEST_F(WatchFrame, ObjectsAreReadInListsToo) {
  std::vector<std::string> seen;
  const auto read_pod = [this](codec::Message object) { return objects::read(object, pod = {}); };
  const auto visit = [&](const objects::ObjectMeta& meta, std::string_view unreadable) {
    seen.push_back(std::string(meta.name) + " " + std::string(meta.resource_version) + " " + std::string(unreadable));
    EXPECT_TRUE(!unreadable.empty() || pod.name == meta.name);
  };
  const auto read_items = [&](const std::string& list) {
    return read_list(enveloped("PodList", list), read_pod, visit);
  };
  const std::string good = support::list_of("7", "more", {metadata("a", "5"), metadata("b", "6")});
  const std::string phase = written([](Writer& status) { status.add_string(1, "\xFF"); });
  const std::string bad = object_with(metadata("c", "4")) + written([&](Writer& pod) { pod.add_message(3, phase); });
  const auto page = read_items(good + written([&](Writer& list) { list.add_message(2, bad); }));
  ASSERT_TRUE(page) << page.error().text();
  EXPECT_EQ(page->resource_version, "7");
  EXPECT_EQ(page->continue_, "more");
  EXPECT_EQ(seen, (std::vector<std::string>{"a 5 ", "b 6 ", "c 4 a text that is not UTF-8"}));
  EXPECT_EQ(support::error_of(read_items(support::list_of("", "", {}))), "no metadata.resourceVersion");
  EXPECT_EQ(support::error_of(read_items(support::list_of("7", "", {metadata("", "1")}))), "no metadata.name");
  EXPECT_EQ(support::error_of(read_list("{}", read_pod, visit)), "Kubernetes' magic number is missing");
}

TEST_F(WatchFrame, IsNothingInPart) {
  const std::string frame = event("ADDED", enveloped("Pod", object_with(metadata("a", "7"))));
  for (std::size_t size = 0; size < frame.size(); ++size) EXPECT_NE(read(frame.substr(0, size)), "") << size;
}

}  // namespace
}  // namespace everynode::protocol
