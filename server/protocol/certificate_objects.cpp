#include "everynode/protocol/certificate_objects.hpp"

#include <array>

#include "everynode/codec/base64.hpp"
#include "everynode/codec/json_text.hpp"

namespace everynode::protocol {
namespace {

using codec::Reader;
using Element = Reader::Element;

void read_base64(Reader& reader, Element value, std::string& out) {
  std::string_view text;
  reader.read(value, text);
  auto bytes = codec::decode_base64(text);
  if (!bytes) return reader.fail("expected base64");
  out = std::move(*bytes);
}

void read_secret_metadata(Reader& reader, Element value, Secret& out) {
  static constexpr std::array<std::string_view, 2> names{"resourceVersion", "annotations"};
  reader.object(value, names, [&](std::size_t i, Element element) {
    if (i == 0) return reader.read(element, out.resource_version);
    static constexpr std::array<std::string_view, 1> annotations{kept_by_annotation};
    reader.object(element, annotations, [&](std::size_t, Element text) { reader.read(text, out.kept_by); });
  });
}

void read_service(Reader& reader, Element value, kube::ObjectKey& out) {
  static constexpr std::array<std::string_view, 2> names{"namespace", "name"};
  reader.object(value, names,
                [&](std::size_t i, Element element) { reader.read(element, i == 0 ? out.namespace_ : out.name); });
}

void read_webhook(Reader& reader, Element value, WebhookClient& out, kube::ObjectKey& service) {
  static constexpr std::array<std::string_view, 2> names{"name", "clientConfig"};
  static constexpr std::array<std::string_view, 2> client_names{"service", "caBundle"};
  reader.object(value, names, [&](std::size_t i, Element element) {
    if (i == 0) return reader.read(element, out.name);
    reader.object(element, client_names, [&](std::size_t j, Element part) {
      j == 0 ? read_service(reader, part, service) : read_base64(reader, part, out.bundle);
    });
  });
}

void read_version(Reader& reader, Element value, std::string& out) {
  static constexpr std::array<std::string_view, 1> names{"resourceVersion"};
  reader.object(value, names, [&](std::size_t, Element version) { reader.read(version, out); });
}

void append_text(std::string& out, std::string_view name, std::string_view text) {
  codec::append_member(out, name);
  codec::append_quoted(out, text);
}

void append_object(std::string& out, std::string_view name) {
  codec::append_member(out, name);
  out += '{';
}

/// The part of the object from the annotation to its end.
std::string annotation_and_data(const SecretData& data) {
  std::string text = R"("annotations":{)";
  append_text(text, kept_by_annotation, "everynode-reconciler");
  text += "}}";
  append_object(text, "data");
  for (const auto& [key, value] : data) append_text(text, key, codec::encode_base64(value));
  return text + "}}";
}

}  // namespace

std::string Secret::at(const std::string& key) const {
  const auto place = data.find(key);
  return place == data.end() ? std::string() : place->second;
}

std::string read_secret(codec::Document& document, const std::string& json, Secret& out) {
  static constexpr std::array<std::string_view, 2> names{"metadata", "data"};
  out = {};
  std::string problem = document.read(json, [&](Reader& reader, Element root) {
    reader.object(root, names, [&](std::size_t i, Element value) {
      if (i == 0) return read_secret_metadata(reader, value, out);
      reader.members(
          value, [&](std::string_view key, Element item) { read_base64(reader, item, out.data[std::string(key)]); });
    });
  });
  if (problem.empty() && out.resource_version.empty()) problem = "no metadata.resourceVersion";
  return problem;
}

kube::Request write_secret(const kube::ObjectKey& key, const Secret& present, const SecretData& data) {
  std::string body = "{";
  if (present.exists()) {
    append_object(body, "metadata");
    append_text(body, "resourceVersion", present.resource_version);
    return kube::merge_patch(kube::secrets, key, body + "," + annotation_and_data(data));
  }
  body += R"("apiVersion":"v1","kind":"Secret","type":"kubernetes.io/tls")";
  append_object(body, "metadata");
  append_text(body, "name", key.name);
  append_text(body, "namespace", key.namespace_);
  return kube::create(kube::secrets, key.namespace_, body + "," + annotation_and_data(data));
}

std::string read_webhook_configuration(codec::Document& document, const std::string& json,
                                       const kube::ObjectKey& service, WebhookConfiguration& out) {
  static constexpr std::array<std::string_view, 2> names{"metadata", "webhooks"};
  out = {};
  std::string problem = document.read(json, [&](Reader& reader, Element root) {
    reader.object(root, names, [&](std::size_t i, Element value) {
      if (i == 0) return read_version(reader, value, out.resource_version);
      reader.array(value, [&](Element item) {
        WebhookClient client;
        kube::ObjectKey called;
        read_webhook(reader, item, client, called);
        if (called == service) out.clients.push_back(std::move(client));
      });
    });
  });
  if (problem.empty() && out.resource_version.empty()) problem = "no metadata.resourceVersion";
  return problem;
}

/// A strategic merge patch finds webhooks by name, wherever they are in the list.
kube::Request write_bundles(const std::string& name, const WebhookConfiguration& present, std::string_view bundle) {
  const std::string encoded = codec::encode_base64(bundle);
  std::string body = R"({"metadata":{)";
  append_text(body, "resourceVersion", present.resource_version);
  body += R"(},"webhooks":[)";
  for (const WebhookClient& client : present.clients) {
    if (!body.ends_with('[')) body += ',';
    body += '{';
    append_text(body, "name", client.name);
    append_object(body, "clientConfig");
    append_text(body, "caBundle", encoded);
    body += "}}";
  }
  return kube::strategic_merge_patch(kube::mutating_webhook_configurations, {.namespace_ = {}, .name = name},
                                     body + "]}");
}

}  // namespace everynode::protocol
