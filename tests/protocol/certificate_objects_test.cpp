#include "everynode/protocol/certificate_objects.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "error_of.hpp"

namespace everynode::protocol {
namespace {

using nlohmann::json;
using support::error_of;

const kube::ObjectKey key{.namespace_ = "system", .name = "certificate"};
const kube::ObjectKey service{.namespace_ = "system", .name = "webhook"};

Secret secret_of(const std::string& text) {
  codec::Document document;
  return read_secret(text, document).value();
}

TEST(CertificateObjects, ReadsASecret) {
  const Secret secret = secret_of(R"({"kind":"Secret","metadata":{"name":"certificate","resourceVersion":"7",
    "annotations":{"a":"b","everynode.dev/kept-by":"everynode-reconciler"}},"data":{"tls.crt":"Zm9v","empty":""}})");
  EXPECT_EQ(secret.resource_version, "7");
  EXPECT_EQ(secret.at("tls.crt"), "foo");
  EXPECT_EQ(secret.at("tls.key"), "");
  EXPECT_FALSE(secret.is_foreign());
}

TEST(CertificateObjects, TellsForeignSecretsFromEmptyOnes) {
  EXPECT_TRUE(secret_of(R"({"metadata":{"resourceVersion":"7"},"data":{"tls.crt":"Zm9v"}})").is_foreign());
  EXPECT_FALSE(secret_of(R"({"metadata":{"resourceVersion":"7"},"data":null})").is_foreign());
  EXPECT_FALSE(secret_of(R"({"metadata":{"resourceVersion":"7"},"data":{"tls.crt":"","tls.key":""}})").is_foreign());
  EXPECT_FALSE(secret_of(R"({"metadata":{"resourceVersion":"7"}})").is_foreign());
}

TEST(CertificateObjects, RefusesASecretThatCannotBeRead) {
  codec::Document document;
  EXPECT_EQ(error_of(read_secret(R"({"metadata":{"resourceVersion":"7"},"data":{"a":"?"}})", document)),
            "data.a: expected base64");
  EXPECT_EQ(error_of(read_secret(R"({"kind":"Secret"})", document)), "no metadata.resourceVersion");
}

TEST(CertificateObjects, CreatesASecret) {
  const kube::Request request = write_secret(key, Secret{}, {{"tls.crt", "foo"}, {"tls.key", "\x01"}});
  EXPECT_EQ(request.method(), "POST");
  EXPECT_EQ(request.target, "/api/v1/namespaces/system/secrets");
  EXPECT_EQ(json::parse(request.body), json::parse(R"({"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/tls",
    "metadata":{"name":"certificate","namespace":"system",
                "annotations":{"everynode.dev/kept-by":"everynode-reconciler"}},
    "data":{"tls.crt":"Zm9v","tls.key":"AQ=="}})"));
}

TEST(CertificateObjects, ChangesTheSecretThatItHasReadAndNoLaterOne) {
  const kube::Request request =
      write_secret(key, {.resource_version = "7", .kept_by = {}, .data = {}}, {{"tls.crt", "foo"}});
  EXPECT_EQ(request.method(), "PATCH");
  EXPECT_EQ(request.content_type, "application/merge-patch+json");
  EXPECT_EQ(request.target, "/api/v1/namespaces/system/secrets/certificate");
  EXPECT_EQ(json::parse(request.body), json::parse(R"({"metadata":{"resourceVersion":"7",
    "annotations":{"everynode.dev/kept-by":"everynode-reconciler"}},"data":{"tls.crt":"Zm9v"}})"));
}

TEST(CertificateObjects, WritesTheBundleOfThoseWebhooksThatCallTheService) {
  codec::Document document;
  const std::string text = R"({"metadata":{"name":"everynode","resourceVersion":"9"},"webhooks":[
    {"name":"a","clientConfig":{"service":{"namespace":"system","name":"webhook","path":"/mutate"},"caBundle":"Zm9v"}},
    {"name":"b","clientConfig":{"url":"https://127.0.0.1/"}},
    {"name":"c","clientConfig":{"service":{"namespace":"other","name":"webhook"}}},
    {"name":"d","clientConfig":{"service":{"name":"webhook","namespace":"system"}}}]})";
  const WebhookConfiguration configuration = read_webhook_configuration(text, service, document).value();
  ASSERT_EQ(configuration.clients.size(), 2U);
  EXPECT_EQ(configuration.clients[0].bundle, "foo");
  EXPECT_EQ(configuration.clients[1].bundle, "");

  const kube::Request request = write_bundles("everynode", configuration, "foobar");
  EXPECT_EQ(request.content_type, "application/strategic-merge-patch+json");
  EXPECT_EQ(request.target, "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/everynode");
  EXPECT_EQ(json::parse(request.body), json::parse(R"({"metadata":{"resourceVersion":"9"},"webhooks":[
    {"name":"a","clientConfig":{"caBundle":"Zm9vYmFy"}},{"name":"d","clientConfig":{"caBundle":"Zm9vYmFy"}}]})"));
}

}  // namespace
}  // namespace everynode::protocol
