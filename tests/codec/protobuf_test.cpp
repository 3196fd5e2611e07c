// Objects in protobuf. tests/golden/encodings compares them with the same objects in JSON, from a real API server.
#include "everynode/codec/protobuf.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "everynode/objects/objects.hpp"
#include "protobuf.hpp"

namespace everynode::codec {
namespace {

using support::enveloped;
using support::metadata;
using support::object_with;
using support::Writer;
using support::written;

std::string problem_of(const std::string& bytes) {
  const auto pod = objects::read_daemon_pod_protobuf(bytes);
  return pod ? "" : pod.error().text();
}

std::string created_at(std::int64_t seconds) {
  return written([&](Writer& meta) {
    meta.add_string(1, "p");
    meta.add_message(8, written([&](Writer& time) { time.add_int64(1, seconds); }));
  });
}

TEST(ReadPodProtobuf, NamesWhatIsWrong) {
  EXPECT_EQ(problem_of(enveloped("Pod", object_with(metadata("p", "1")))), "");
  EXPECT_EQ(problem_of(enveloped("Pod", object_with(metadata("", "1")))), "metadata.name is missing");
  EXPECT_EQ(problem_of(enveloped("Pod", object_with(metadata("\xC0", "1")))), "a text that is not UTF-8");
  EXPECT_EQ(problem_of(R"({"kind":"Pod"})"), "Kubernetes' magic number is missing");
  EXPECT_EQ(problem_of(""), "Kubernetes' magic number is missing");
}

TEST(ReadPodProtobuf, RefusesTimesThatNoCalendarHas) {
  EXPECT_EQ(problem_of(enveloped("Pod", object_with(created_at(253'402'300'799)))), "");
  for (const std::int64_t seconds : {253'402'300'800, -62'167'219'201, std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(problem_of(enveloped("Pod", object_with(created_at(seconds)))), "a time out of range") << seconds;
  }
}

TEST(ReadPodProtobuf, PassesOverFieldsOfAnotherType) {
  const std::string odd = written([](Writer& meta) {
    meta.add_string(1, "p");
    meta.add_uint64(3, 7);      // a namespace that is a number
    meta.add_fixed32(5, 7);     // a UID that is one
    meta.add_string(7, "one");  // a generation that is a text
  });
  const auto pod = objects::read_daemon_pod_protobuf(enveloped("Pod", object_with(odd)));
  ASSERT_TRUE(pod) << pod.error().text();
  EXPECT_EQ(pod->name, "p");
  EXPECT_EQ(pod->namespace_, "");
}

TEST(ReadPodProtobuf, IsNothingInPart) {
  const std::string whole = enveloped("Pod", object_with(metadata("p", "1")));
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_NE(problem_of(whole.substr(0, size)), "") << size;
}

}  // namespace
}  // namespace everynode::codec
