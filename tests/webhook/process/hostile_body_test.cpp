// Bodies that are not AdmissionReviews, or are ones that no client would send.
#include <thread>

#include "attack.hpp"

namespace everynode::support {
namespace {

const std::string good = review_of(daemon_pod("", pinned));

class HostileBody : public AttackTest {
 protected:
  void SetUp() override { begin(); }

  /// Sends the body and checks the answer's status and size; the answer must arrive within the API server's deadline.
  void expect_status(int status, const std::string& what, const std::string& body) {
    TlsPeer peer(port());
    const auto began = std::chrono::steady_clock::now();
    ASSERT_TRUE(peer.send(post(body, "Connection: close\r\n"))) << what;
    const std::string answer = peer.receive();
    const auto took = std::chrono::steady_clock::now() - began;
    EXPECT_EQ(status_of(answer), status) << what << ": " << answer.substr(0, 300);
    EXPECT_LT(took, deadline) << what;
    EXPECT_LT(answer.size(), 16U * 1024 * 1024) << what;
    if (body.size() > 1'000'000) {
      std::cout << what << ": " << body.size() << " bytes, " << took / 1ms << " ms, answered with " << answer.size()
                << " bytes, " << webhook_->peak_mib() << " MiB so far\n";
    }
  }
};

TEST_F(HostileBody, IsRefusedWhereverItEnds) {
  TlsPeer peer(port());
  for (std::size_t size = 1; size < good.size(); size += 7) {
    ASSERT_TRUE(peer.send(post(good.substr(0, size))));
    const std::string answer = peer.receive_until("\"code\":400}");
    EXPECT_EQ(status_of(answer), 400) << good.substr(0, size);
  }
  expect_status(400, "empty", "");
  expect_status(400, "more behind it", good + "x");
  expect_status(200, "whole", good);
}

TEST_F(HostileBody, IsRefusedIfItIsNotUtf8OrHasAKeyTwice) {
  const auto with_uid = [](const std::string& uid) {
    std::string text = good;
    return text.replace(text.find("r1"), 2, uid);
  };
  for (const char* bytes : {"\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF\xFE", "\xE2\x82"}) {
    expect_status(400, "not UTF-8", with_uid(bytes));
  }
  for (const char* escape : {R"(\ud800)", R"(\udc00x)", R"(\u12)", R"(\x41)"}) {
    expect_status(400, escape, with_uid(escape));
  }
  expect_status(400, "zero byte", with_uid(std::string(1, '\0')));
  expect_status(400, "byte order mark in front of UTF-16", std::string("\xFF\xFE{\0", 4));
  expect_status(400, "kind twice", R"({"kind":"AdmissionReview",)" + good.substr(1));
  expect_status(400, "request twice", R"({"request":{},)" + good.substr(1));
  expect_status(400, "uid twice", with_uid(R"(a","uid":"b)"));
  expect_status(200, "a pod's key twice", review_of(daemon_pod(R"("nodeName":"a","nodeName":"b")")));
}

TEST_F(HostileBody, IsRefusedOrReadOnceWhenItIsNestedDeeply) {
  constexpr std::size_t levels = 100'000;
  const std::string arrays = repeated("[", levels) + repeated("]", levels);
  const std::string objects = repeated(R"({"a":)", levels) + "1" + repeated("}", levels);
  expect_status(400, "arrays", arrays);
  expect_status(400, "arrays without an end", repeated("[", levels));
  expect_status(400, "objects", objects);
  for (const std::string& deep : {arrays, objects}) {
    expect_status(200, "beside the request, skipped", R"({"deep":)" + deep + "," + good.substr(1));
    expect_status(200, "in the pod, skipped", review_of(daemon_pod(R"("deep":)" + deep, pinned)));
  }
  expect_status(400, "arrays, as many as fit", repeated("[", 7 * 1024 * 1024));
}

TEST_F(HostileBody, OfTheLargestSizeCostsNeitherMemoryNorTime) {
  constexpr std::size_t size = 7 * 1024 * 1024 - 1024;
  const auto filled = [](std::string_view element) { return list_of(element, size / (element.size() + 1)); };
  const std::string long_name(size / 2, 'n');
  expect_status(413, "too large", std::string(7 * 1024 * 1024 + 1, ' '));
  expect_status(400, "blanks", std::string(size, ' '));
  expect_status(400, "commas", std::string(size, ','));
  expect_status(400, "uid",
                R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":")" +
                    repeated(R"(\u0001)", size / 6) + R"("}})");
  expect_status(400, "kind", R"({"kind":")" + long_name + R"(","apiVersion":"v1"})");
  expect_status(200, "tolerations", review_of(daemon_pod(R"("tolerations":[)" + filled("{}") + "]", pinned)));
  expect_status(200, "terms", review_of(daemon_pod(with_terms("[" + filled(R"({"matchFields":[{}]})") + "]"), pinned)));
  expect_status(200, "expressions",
                review_of(daemon_pod(with_terms(R"([{"matchExpressions":[)" + filled("{}") + "]}]"), pinned)));
  expect_status(
      200, "values",
      review_of(daemon_pod(with_terms(R"([{"matchFields":[{"values":[)" + filled(R"("")") + "]}]}]"), pinned)));
  expect_status(200, "owners", review_of(R"({"metadata":{"ownerReferences":[)" + filled("{}") + "]}}"));
  expect_status(200, "other fields", review_of(daemon_pod(R"("containers":[)" + filled("{}") + "]", pinned)));
  expect_status(200, "node name", review_of(daemon_pod(R"("nodeName":")" + long_name + '"')));
  expect_status(200, "annotation",
                review_of(daemon_pod("", R"("annotations":{"everynode.dev/node":")" + long_name + "\"}")));
  expect_status(200, "generateName", review_of(daemon_pod("", pinned + R"(,"labels":{},"name":")" + long_name + '"')));
}

TEST_F(HostileBody, CannotMakeUsSendAPatchThatIsMuchLargerThanItself) {
  const std::string name(100'000, 'n');
  const std::string terms = with_terms("[" + list_of(R"({"matchFields":[{}]})", 5'000) + "]");
  expect_status(200, "a long name in each of many terms",
                review_of(daemon_pod(terms + R"(,"nodeName":")" + name + '"')));
  const std::string mistakes = list_of(R"({"key":"metadata.name","operator":"In","values":["n1"]})", 9'000);
  expect_status(200, "many mistakes in one term",
                review_of(daemon_pod(with_terms(R"([{"matchExpressions":[)" + mistakes + "]}]"), pinned)));
}

TEST_F(HostileBody, LeavesNoMemoryBehindInAKeptConnection) {
  const std::string body = review_of(daemon_pod(R"("containers":")" + std::string(3'000'000, 'x') + '"', pinned));
  std::vector<TlsPeer> kept;
  kept.reserve(100);
  for (int i = 0; i < 100; ++i) {
    TlsPeer& peer = kept.emplace_back(port());
    ASSERT_TRUE(peer.send(post(body)));
    EXPECT_EQ(status_of(peer.receive_until("}}")), 200);
  }
}

}  // namespace
}  // namespace everynode::support
