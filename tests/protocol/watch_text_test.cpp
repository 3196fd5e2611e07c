#include "everynode/protocol/watch_text.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "error_of.hpp"

namespace everynode::protocol {
namespace {

using nlohmann::json;

std::string padded(std::string text) {
  text.reserve(text.size() + codec::Document::padding);
  return text;
}

std::string called(const objects::ObjectMeta& meta) {
  return std::string(meta.namespace_) + "/" + std::string(meta.name) + "/" + std::string(meta.uid) + "/" +
         std::string(meta.resource_version);
}

struct Page {
  std::string problem;
  std::vector<std::string> objects;  ///< name, and the text
  ListMeta meta;
};

Page read(const std::string& text) {
  codec::Document document;
  std::string item;
  Page page;
  const auto visit = [&](const Item& item) {
    EXPECT_GE(item.json.capacity(), item.json.size() + codec::Document::padding);
    page.objects.push_back(called(item.meta) + " " + json::parse(item.json).dump());
  };
  const auto meta = read_page(padded(text), visit, document, item);
  page.problem = support::error_of(meta);
  if (meta) page.meta = *meta;
  return page;
}

TEST(WatchText, ReadsAPage) {
  const Page page = read(R"({"kind":"PodList","metadata":{"resourceVersion":"7","continue":"c","remainingItemCount":1},
    "items":[ {"metadata":{"name":"a","namespace":"n","uid":"u","resourceVersion":"5"},"x":[{"y":"}"}]} ,
              {"spec":{"metadata":{"name":"not this"}},"metadata":{"name":"b","labels":{"name":"nor this"}}}]})");
  EXPECT_EQ(page.problem, "");
  EXPECT_EQ(page.meta.resource_version, "7");
  EXPECT_EQ(page.meta.continue_, "c");
  ASSERT_EQ(page.objects.size(), 2u);
  EXPECT_EQ(page.objects[0],
            R"(n/a/u/5 {"metadata":{"name":"a","namespace":"n","resourceVersion":"5","uid":"u"},"x":[{"y":"}"}]})");
  EXPECT_TRUE(page.objects[1].starts_with("/b// {")) << page.objects[1];
}

TEST(WatchText, ReadsAPageWithoutItems) {
  for (const char* items : {"[]", "null"}) {
    const Page page = read(R"({"metadata":{"resourceVersion":"7"},"items":)" + std::string(items) + "}");
    EXPECT_EQ(page.problem, "");
    EXPECT_EQ(page.objects.size(), 0u);
  }
}

TEST(WatchText, SaysWhatIsWrongWithAPage) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", ""},
      {"{}", "no metadata.resourceVersion"},
      {R"({"metadata":{"resourceVersion":"1"},"items":{}})", "items: expected an array"},
      {R"({"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a"}},{}]})", "items[1]: no metadata.name"},
      {R"({"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":1}}]})",
       "items[0].metadata.name: expected a string"},
      {R"({"metadata":{"resourceVersion":"1"},"items":[7]})", "items[0]: expected an object"},
  };
  for (const auto& [text, problem] : cases) {
    EXPECT_NE(read(text).problem, "") << text;
    EXPECT_NE(read(text).problem.find(problem), std::string::npos) << text << ": " << read(text).problem;
  }
}

TEST(WatchText, EveryCutOffPageIsWrong) {
  const std::string whole =
      R"({"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]})";
  ASSERT_EQ(read(whole).problem, "");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(read(whole.substr(0, size)).problem, "") << whole.substr(0, size);
  }
}

/// Reads lines of revisions.
struct Lines {
  std::string problem_of(std::string text) {
    line = padded(std::move(text));
    read = {};
    revision = {};
    const auto event = read_line(line, into_revision, document);
    if (event) read = *event;
    return support::error_of(event);
  }

  codec::Document document;
  std::string line;
  WatchLine read;
  objects::ControllerRevision revision;
  const ReadObject into_revision = [this](codec::JsonValue value) { return objects::read(value, revision); };
};

TEST(WatchText, ReadsTheObjectOfALine) {
  const std::string object =
      R"({"metadata":{"resourceVersion":"5","name":"a","namespace":"n","uid":"u"},"revision":3,"data":{"s":"}\"{"}})";
  const std::vector<std::pair<std::string, WatchEvent>> cases{
      {R"({"type":"ADDED","object":)" + object + "}", WatchEvent::added},
      {R"({"type":"MODIFIED","object":)" + object + "}\r", WatchEvent::modified},
      {R"( { "object" : )" + object + R"( , "type" : "DELETED" } )", WatchEvent::deleted},
      {R"({"type":"BOOKMARK","new":[1],"object":)" + object + R"(,"more":{}})", WatchEvent::bookmark},
  };
  Lines lines;
  for (const auto& [text, event] : cases) {
    ASSERT_EQ(lines.problem_of(text), "") << text;
    EXPECT_EQ(lines.read.unreadable, "");
    EXPECT_EQ(lines.read.event, event);
    EXPECT_EQ(called(lines.read.meta), "n/a/u/5");
    EXPECT_EQ(lines.revision.name, "a");
    EXPECT_EQ(lines.revision.revision, 3);
    EXPECT_EQ(lines.revision.data, R"({"s":"}\"{"})");
  }
}

TEST(WatchText, SaysWhatAnUnreadableObjectIsCalled) {
  Lines lines;
  for (
      const char* text :
      {R"({"type":"DELETED","object":{"metadata":{"name":"a","namespace":"n","resourceVersion":"5"},"revision":"x"}})",
       R"({"object":{"revision":"x","metadata":{"resourceVersion":"5","namespace":"n","name":"a"}},"type":"DELETED"})"}) {
    ASSERT_EQ(lines.problem_of(text), "") << text;
    EXPECT_EQ(lines.read.event, WatchEvent::deleted);
    EXPECT_EQ(called(lines.read.meta), "n/a//5");
    EXPECT_EQ(lines.read.unreadable, "revision: expected an integer");
  }
}

TEST(WatchText, ReadsABookmark) {
  Lines lines;
  EXPECT_EQ(lines.problem_of(R"({"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"5"}}})"), "");
  EXPECT_EQ(lines.read.event, WatchEvent::bookmark);
  EXPECT_EQ(called(lines.read.meta), "///5");
  EXPECT_FALSE(lines.read.all_told);
}

TEST(WatchText, ReadsTheBookmarkBehindAllThatThereWas) {
  for (const auto& [annotation, ends] : {std::pair(R"("k8s.io/initial-events-end":"true")", true),
                                         {R"("a":"b","k8s.io/initial-events-end":"true")", true},
                                         {R"("k8s.io/initial-events-end":"false")", false},
                                         {R"("k8s.io/initial-events-end":true)", false},
                                         {R"("k8s.io/other":"true")", false}}) {
    Lines lines;
    const std::string object =
        R"({"metadata":{"resourceVersion":"5","annotations":{)" + std::string(annotation) + "}}}";
    EXPECT_EQ(lines.problem_of(R"({"type":"BOOKMARK","object":)" + object + "}"), "") << annotation;
    EXPECT_EQ(lines.read.all_told, ends) << annotation;
    EXPECT_EQ(called(lines.read.meta), "///5") << annotation;
  }
}

TEST(WatchText, SaysWhatIsWrongWithALine) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", ""},
      {"x", ""},
      {"[]", "expected an object"},
      {R"({"type":"ADDED"})", "no object"},
      {R"({"type":"ADDED","object":null})", "no object"},
      {R"({"type":"ADDED","object":[]})", "object: expected an object"},
      {R"({"type":"OTHER","object":{}})", "no known type"},
      {R"({"object":{"metadata":{"name":"a","resourceVersion":"1"}}})", "no known type"},
      {R"({"type":"ADDED","object":{"metadata":{"name":"a"}}})", "no object.metadata.resourceVersion"},
      {R"({"type":"ADDED","object":{"metadata":{"resourceVersion":"1"}}})", "no object.metadata.name"},
      {R"({"type":"BOOKMARK","object":{"metadata":{}}})", "no object.metadata.resourceVersion"},
      {R"({"type":"ADDED","type":"DELETED","object":{}})", "type: duplicate key"},
      {R"({"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"1"}}}{})", "more text"},
  };
  Lines lines;
  for (const auto& [text, problem] : cases) {
    const std::string found = lines.problem_of(text);
    EXPECT_NE(found, "") << text;
    EXPECT_NE(found.find(problem), std::string::npos) << text << ": " << found;
  }
}

TEST(WatchText, ReadsErrors) {
  codec::Document document;
  const WatchError expired = read_error(
      padded(R"({"type":"ERROR","object":{"kind":"Status","message":"too old","reason":"Expired","code":410}})"),
      document);
  EXPECT_EQ(expired.code, 410u);
  EXPECT_EQ(expired.message, "too old");
  EXPECT_EQ(read_error(padded("{}"), document).code, 0u);
  EXPECT_EQ(read_error(padded(R"({"object":{"code":"410"}})"), document).code, 0u);
  EXPECT_EQ(read_error(padded(R"({"object":{"code":-1}})"), document).code, 0u);
}

}  // namespace
}  // namespace everynode::protocol
