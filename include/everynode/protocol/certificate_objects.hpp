/// The Secrets and MutatingWebhookConfigurations that keep the webhook's certificate.
#pragma once

#include <algorithm>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/codec/document.hpp"
#include "everynode/kube/request.hpp"

namespace everynode::protocol {

/// The annotation of a Secret whose content is ours.
inline constexpr codec::FieldName kept_by_annotation = "everynode.dev/kept-by";

using SecretData = std::map<std::string, std::string>;

struct Secret {
  std::string resource_version;  ///< empty: the Secret does not exist
  std::string kept_by;           ///< the annotation's value
  SecretData data;               ///< decoded

  [[nodiscard]] bool exists() const { return !resource_version.empty(); }
  /// Another program put something into the Secret, so we must not overwrite it. Keys without content do not count: a
  /// Secret of type kubernetes.io/tls must have them.
  [[nodiscard]] bool is_foreign() const {
    const auto has_content = [](const auto& entry) { return !entry.second.empty(); };
    return kept_by.empty() && std::ranges::any_of(data, has_content);
  }
  /// The value of a key; empty if it is absent.
  [[nodiscard]] std::string at(const std::string& key) const;
};

/// `document` is memory to work with, here and below.
[[nodiscard]] std::expected<Secret, codec::Mistake> read_secret(const std::string& json, codec::Document& document);

/// Sets these keys and the annotation, in the version of the Secret that we read and no later one, or creates a Secret
/// of type kubernetes.io/tls.
[[nodiscard]] kube::Request write_secret(const kube::ObjectKey& key, const Secret& present, const SecretData& data);

/// One webhook of a configuration.
struct WebhookClient {
  std::string name;
  std::string bundle;  ///< clientConfig.caBundle, decoded: PEM
};

struct WebhookConfiguration {
  std::string resource_version;        ///< empty: the configuration does not exist
  std::vector<WebhookClient> clients;  ///< the webhooks that call the service
};

[[nodiscard]] std::expected<WebhookConfiguration, codec::Mistake> read_webhook_configuration(
    const std::string& json, const kube::ObjectKey& service, codec::Document& document);

/// Sets the caBundle of these webhooks and nothing else, in the version of the configuration that we read.
[[nodiscard]] kube::Request write_bundles(const std::string& name, const WebhookConfiguration& present,
                                          std::string_view bundle);

}  // namespace everynode::protocol
