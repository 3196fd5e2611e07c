#include "certificate_material.hpp"

#include <algorithm>
#include <utility>

namespace everynode::cluster {
namespace {

constexpr const char* chain_key = "tls.crt";
constexpr const char* secret_key = "tls.key";
constexpr const char* earlier_key = "trusted.crt";
constexpr const char* bundle_key = "ca.crt";

protocol::Validity to_validity(const net::Lifetime& lifetime) {
  return {.not_before = lifetime.not_before, .not_after = lifetime.not_after};
}

protocol::Authority to_authority(const net::Certificate& certificate) {
  return {.id = certificate.id, .validity = to_validity(certificate.lifetime)};
}

net::KeyPair key_pair_in(const protocol::Secret& secret) {
  return {.chain = secret.at(chain_key), .key = secret.at(secret_key)};
}

std::vector<std::string> ids_in(const std::string& pem) {
  std::vector<std::string> ids;
  for (net::Certificate& one : net::read_certificates(pem)) ids.push_back(std::move(one.id));
  return ids;
}

}  // namespace

CertificateMaterial::CertificateMaterial(const CertificateObjects& objects, const std::string& dns_name) {
  read_signer(objects.authority);
  read_others(objects.authority.at(chain_key));
  read_others(objects.authority.at(earlier_key));
  // The CA's Secret may be lost while the leaves of the CA are still served.
  read_others(objects.leaf.at(bundle_key));
  read_leaf(objects.leaf, dns_name);
  for (const protocol::WebhookClient& client : objects.configuration.clients) {
    state_.bundles.push_back(ids_in(client.bundle));
  }
}

void CertificateMaterial::read_signer(const protocol::Secret& secret) {
  net::KeyPair pair = key_pair_in(secret);
  std::vector<net::Certificate> chain = net::read_certificates(pair.chain);
  if (chain.empty() || !chain.front().is_authority || !net::belong_together(pair)) return;
  state_.signer = to_authority(chain.front());
  signer_ = std::move(pair);
  authorities_.push_back(std::move(chain.front()));
}

void CertificateMaterial::read_others(const std::string& pem) {
  for (net::Certificate& one : net::read_certificates(pem)) {
    if (!one.is_authority || knows(one.id)) continue;
    state_.others.push_back(to_authority(one));
    authorities_.push_back(std::move(one));
  }
}

void CertificateMaterial::read_leaf(const protocol::Secret& secret, const std::string& dns_name) {
  const net::KeyPair pair = key_pair_in(secret);
  const std::vector<net::Certificate> chain = net::read_certificates(pair.chain);
  if (chain.empty() || !net::is_for(chain.front(), dns_name) || !net::belong_together(pair)) return;
  protocol::Leaf leaf{.validity = to_validity(chain.front().lifetime), .signed_by = {}};
  for (const net::Certificate& authority : authorities_) {
    if (net::is_signed_by(chain.front(), authority)) leaf.signed_by = authority.id;
  }
  state_.leaf = std::move(leaf);
}

bool CertificateMaterial::knows(const std::string& id) const {
  return std::ranges::any_of(authorities_, [&](const net::Certificate& one) { return one.id == id; });
}

std::string CertificateMaterial::pem_of(const std::vector<std::string>& ids) const {
  std::string pem;
  for (const std::string& id : ids) {
    for (const net::Certificate& one : authorities_) {
      if (one.id == id) pem += one.pem;
    }
  }
  return pem;
}

protocol::SecretData authority_data(const net::KeyPair& authority, const std::string& trusted) {
  return {{chain_key, authority.chain}, {secret_key, authority.key}, {earlier_key, trusted}};
}

protocol::SecretData leaf_data(const net::KeyPair& leaf, const std::string& trusted) {
  return {{chain_key, leaf.chain}, {secret_key, leaf.key}, {bundle_key, trusted}};
}

}  // namespace everynode::cluster
