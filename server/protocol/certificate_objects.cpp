#include "everynode/protocol/certificate_objects.hpp"

#include "everynode/codec/base64.hpp"
#include "everynode/codec/json_text.hpp"

namespace everynode::protocol {
namespace {

using codec::field;
using codec::JsonValue;
using codec::read_fields;

void read_base64(JsonValue value, std::string& out) {
  std::string_view text;
  read(value, text);
  auto bytes = codec::decode_base64(text);
  if (!bytes) return value.fail("expected base64");
  out = std::move(*bytes);
}

void read_metadata(JsonValue value, Secret& out) {
  const auto read_annotations = [&](JsonValue annotations) {
    read_fields(annotations, field<kept_by_annotation>(out.kept_by));
  };
  read_fields(value, field<"resourceVersion">(out.resource_version), codec::visit<"annotations">(read_annotations));
}

void read_metadata(JsonValue value, WebhookConfiguration& out) {
  read_fields(value, field<"resourceVersion">(out.resource_version));
}

void read_webhook(JsonValue value, WebhookClient& out, kube::ObjectKey& called) {
  const auto read_service = [&](JsonValue service) {
    read_fields(service, field<"namespace">(called.namespace_), field<"name">(called.name));
  };
  const auto read_client_config = [&](JsonValue config) {
    read_fields(config, codec::visit<"service">(read_service),
                codec::visit<"caBundle">([&](JsonValue bundle) { read_base64(bundle, out.bundle); }));
  };
  read_fields(value, field<"name">(out.name), codec::visit<"clientConfig">(read_client_config));
}

void append_object(std::string& out, std::string_view name) {
  codec::append_member(out, name);
  out += '{';
}

/// The part of the object from the annotation to its end.
std::string annotation_and_data(const SecretData& data) {
  std::string text = R"("annotations":{)";
  codec::append_text(text, kept_by_annotation.text(), "everynode-reconciler");
  text += "}}";
  append_object(text, "data");
  for (const auto& [key, value] : data) codec::append_text(text, key, codec::encode_base64(value));
  return text + "}}";
}

}  // namespace

std::string Secret::at(const std::string& key) const {
  const auto place = data.find(key);
  return place == data.end() ? std::string() : place->second;
}

std::expected<Secret, codec::Mistake> read_secret(const std::string& json, codec::Document& document) {
  Secret out;
  const auto read_data = [&](JsonValue data) {
    codec::visit_members(data,
                         [&](std::string_view key, JsonValue item) { read_base64(item, out.data[std::string(key)]); });
  };
  auto whole = document.read(json, [&](JsonValue root) {
    read_fields(root, codec::visit<"metadata">([&](JsonValue metadata) { read_metadata(metadata, out); }),
                codec::visit<"data">(read_data));
  });
  if (!whole) return std::unexpected(std::move(whole.error()));
  if (out.resource_version.empty()) return codec::mistake("no metadata.resourceVersion");
  return out;
}

kube::Request write_secret(const kube::ObjectKey& key, const Secret& present, const SecretData& data) {
  std::string body = "{";
  if (present.exists()) {
    append_object(body, "metadata");
    codec::append_text(body, "resourceVersion", present.resource_version);
    return kube::merge_patch(kube::secrets, key, body + "," + annotation_and_data(data));
  }
  body += R"("apiVersion":"v1","kind":"Secret","type":"kubernetes.io/tls")";
  append_object(body, "metadata");
  codec::append_text(body, "name", key.name);
  codec::append_text(body, "namespace", key.namespace_);
  return kube::create(kube::secrets, key.namespace_, body + "," + annotation_and_data(data));
}

std::expected<WebhookConfiguration, codec::Mistake> read_webhook_configuration(const std::string& json,
                                                                               const kube::ObjectKey& service,
                                                                               codec::Document& document) {
  WebhookConfiguration out;
  const auto read_one = [&](JsonValue webhook) {
    WebhookClient client;
    kube::ObjectKey called;
    read_webhook(webhook, client, called);
    if (called == service) out.clients.push_back(std::move(client));
  };
  auto whole = document.read(json, [&](JsonValue root) {
    read_fields(root, codec::visit<"metadata">([&](JsonValue metadata) { read_metadata(metadata, out); }),
                codec::visit_each<"webhooks">(read_one));
  });
  if (!whole) return std::unexpected(std::move(whole.error()));
  if (out.resource_version.empty()) return codec::mistake("no metadata.resourceVersion");
  return out;
}

/// A strategic merge patch finds webhooks by name, wherever they are in the list.
kube::Request write_bundles(const std::string& name, const WebhookConfiguration& present, std::string_view bundle) {
  const std::string encoded = codec::encode_base64(bundle);
  std::string body = R"({"metadata":{)";
  codec::append_text(body, "resourceVersion", present.resource_version);
  body += R"(},"webhooks":[)";
  for (const WebhookClient& client : present.clients) {
    if (!body.ends_with('[')) body += ',';
    body += '{';
    codec::append_text(body, "name", client.name);
    append_object(body, "clientConfig");
    codec::append_text(body, "caBundle", encoded);
    body += "}}";
  }
  return kube::strategic_merge_patch(kube::mutating_webhook_configurations, {.namespace_ = {}, .name = name},
                                     body + "]}");
}

}  // namespace everynode::protocol
