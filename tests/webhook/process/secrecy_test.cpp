// Secrets are not in the webhook's log, at any log level.
#include <fstream>
#include <iterator>

#include "attack.hpp"

namespace everynode::support {
namespace {

const std::string secret = "s3cr3t-of-a-pod";

TEST(Secrecy, OfKeysAndOfWhatIsInPods) {
  const Certificates certificates(make_certs);
  WebhookProcess webhook(binary, certificates, {"--log-level", "debug"});
  const std::string container =
      R"("containers":[{"name":"c","env":[{"name":"P","value":")" + secret + R"("}],"args":[")" + secret + "\"]}]";
  const std::string annotations = R"("annotations":{"a":")" + secret + R"(","everynode.dev/node":"n1"})";
  for (const std::string& body :
       {review_of(daemon_pod(container, annotations)),                          // patched
        review_of(daemon_pod(container + R"(,"tolerations":1)", annotations)),  // unreadable
        review_of(daemon_pod(container, annotations), "UPDATE"), "{\"" + secret + "\":", "\"" + secret}) {
    TlsPeer peer(webhook.port());
    ASSERT_TRUE(peer.send(post(body, "Authorization: Bearer " + secret + "\r\nConnection: close\r\n")));
    EXPECT_NE(status_of(peer.receive()), 0);
  }
  std::ofstream(certificates.directory() / "tls.key", std::ios::app) << secret;
  certificates.renew();
  EXPECT_TRUE(webhook.logs("certificate in force", webhook.log().find("pod patched")));
  EXPECT_TRUE(webhook.logs("pod left as it is"));
  EXPECT_FALSE(webhook.log().contains(secret)) << webhook.log();
  std::ifstream key(certificates.directory() / "tls.key");
  for (std::string line; std::getline(key, line);) EXPECT_FALSE(webhook.log().contains(line)) << line;
}

}  // namespace
}  // namespace everynode::support
