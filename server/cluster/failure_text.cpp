#include "failure_text.hpp"

namespace everynode::cluster {
namespace {

using net::FailureKind;

std::string in_quotes(const std::string& text) {
  return "\"" + text + "\"";
}

/// What happened, without the address.
std::string what(const net::Failure& failure, const Config& config, std::chrono::seconds limit) {
  const std::string& host = failure.at_proxy ? config.proxy->host : config.host;
  const std::string& name = failure.at_proxy || config.tls_server_name.empty() ? host : config.tls_server_name;
  switch (failure.kind) {
    case FailureKind::unresolved:
      return "the name " + in_quotes(host) + " has no address (" + failure.detail + ")";
    case FailureKind::refused:
      return "the connection was refused";
    case FailureKind::unreachable:
      return "it cannot be reached (" + failure.detail + ")";
    case FailureKind::no_tls:
      return "there is no TLS connection with it (" + failure.detail + ")";
    case FailureKind::untrusted:
      return "its certificate is not signed by a CA that we trust (" + failure.detail + ")";
    case FailureKind::wrong_name:
      return "its certificate is not for " + in_quotes(name) + " (" + failure.detail + ")";
    case FailureKind::outdated:
      return "its certificate is out of date (" + failure.detail + ")";
    case FailureKind::own_certificate:
      return "our client certificate is no good (" + failure.detail + ")";
    case FailureKind::timed_out:
      return std::string(failure.answered ? "it fell silent for " : "it did not answer within ") +
             std::to_string(limit.count()) + " s";
    case FailureKind::closed:
      return failure.answered ? "it closed the connection in the middle of its answer"
                              : "it closed the connection without an answer";
    case FailureKind::broken:
      return "the connection broke (" + failure.detail + ")";
    case FailureKind::malformed:
      return "what it answers is not HTTP/1.1 (" + failure.detail + ")";
    case FailureKind::too_large:
      return "its answer is too long";
    case FailureKind::refused_by_proxy:
      return "it opens no way to " + config.address() + " (" + failure.detail + ")";
    case FailureKind::cancelled:
      return "the request was given up";
  }
  return failure.detail;
}

std::string what_to_do(const net::Failure& failure) {
  if (failure.at_proxy && failure.kind != FailureKind::cancelled)
    return "check proxy-url in the kubeconfig, or HTTPS_PROXY, HTTP_PROXY and NO_PROXY in the environment";
  switch (failure.kind) {
    case FailureKind::unresolved:
      return "check the server's name and DNS";
    case FailureKind::refused:
      return "check that the API server runs, and that this is its port";
    case FailureKind::unreachable:
      return "check the server's address and the network";
    case FailureKind::no_tls:
      return "check that this is the port of the API server; a proxy may be in between";
    case FailureKind::untrusted:
      return "set certificate-authority to the cluster's CA";
    case FailureKind::wrong_name:
      return "set tls-server-name to a name that the certificate has, or use that name as the server";
    case FailureKind::outdated:
      return "renew the server's certificate, or set this machine's clock";
    case FailureKind::own_certificate:
      return "renew client-certificate and client-key";
    default:
      return {};
  }
}

}  // namespace

std::string failure_text(const net::Failure& failure, const Config& config, std::chrono::seconds limit,
                         const std::string& files) {
  const std::string address = failure.at_proxy ? "the proxy " + config.proxy->text() : config.address();
  std::string text = address + ": " + what(failure, config, limit);
  const std::string advice = what_to_do(failure);
  if (!advice.empty()) text += "; " + advice + " (configured by " + config.source + ")";
  if (!advice.empty() && !files.empty()) text += "; " + files;
  return text;
}

}  // namespace everynode::cluster
