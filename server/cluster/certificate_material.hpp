/// Converts the content of Secrets and caBundle to the state that `next_step` decides on, and back. Private to
/// `cluster`.
#pragma once

#include <string>
#include <vector>

#include "everynode/net/authority.hpp"
#include "everynode/protocol/certificate_objects.hpp"
#include "everynode/protocol/certificate_step.hpp"

namespace everynode::cluster {

/// The objects as we read them.
struct CertificateObjects {
  protocol::Secret authority;  ///< tls.crt and tls.key of the CA that signs; trusted.crt: earlier CAs
  protocol::Secret leaf;       ///< tls.crt and tls.key of the webhook; ca.crt: all CAs that were trusted then
  protocol::WebhookConfiguration configuration;
};

class CertificateMaterial {
 public:
  CertificateMaterial(const CertificateObjects& objects, const std::string& dns_name);

  /// The whole state except `announced`.
  [[nodiscard]] const protocol::CertificateState& state() const { return state_; }

  /// The CA that signs; only valid if the state has one.
  [[nodiscard]] const net::KeyPair& signer() const { return signer_; }

  /// The certificates of these CAs, which must be part of the state.
  [[nodiscard]] std::string pem_of(const std::vector<std::string>& ids) const;

 private:
  void read_signer(const protocol::Secret& secret);
  void read_others(const std::string& pem);
  void read_leaf(const protocol::Secret& secret, const std::string& dns_name);
  [[nodiscard]] bool knows(const std::string& id) const;

  protocol::CertificateState state_;
  net::KeyPair signer_;
  std::vector<net::Certificate> authorities_;
};

/// The content of the CA's Secret: a new CA, and the certificates to trust beside it.
[[nodiscard]] protocol::SecretData authority_data(const net::KeyPair& authority, const std::string& trusted);
/// The content of the webhook's Secret.
[[nodiscard]] protocol::SecretData leaf_data(const net::KeyPair& leaf, const std::string& trusted);

}  // namespace everynode::cluster
