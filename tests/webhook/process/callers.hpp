/// A webhook that asks its clients who they are, and clients of all kinds.
#pragma once

#include <fstream>

#include "attack.hpp"
#include "certificate.hpp"
#include "programs.hpp"

namespace everynode::support {

inline const std::string pod = review_of(daemon_pod(R"("nodeName":"n1")"));

class Callers : public ::testing::Test {
 protected:
  void begin(std::vector<std::string> flags) { webhook_.emplace(binary, certificates_, std::move(flags)); }
  void begin_with_authority(std::vector<std::string> more = {}) {
    put("client-ca.crt", authority_.chain);
    more.insert(more.begin(), {"--tls-client-ca-file", path("client-ca.crt")});
    begin(std::move(more));
  }

  [[nodiscard]] std::string path(const std::string& name) const { return certificates_.directory() / name; }
  void put(const std::string& name, const std::string& text) const {
    std::ofstream(path(name) + ".new") << text;
    std::filesystem::rename(path(name) + ".new", path(name));
  }

  [[nodiscard]] TlsPeer peer(const Certificate* own = nullptr) const { return {webhook_->port(), {.own = own}}; }
  /// The status of one question on a connection that may go on.
  static int ask(TlsPeer& peer, const std::string& headers = "") {
    peer.send(post(pod, headers));
    return status_of(peer.receive_until("}"));
  }
  [[nodiscard]] int asked(const Certificate* own, const std::string& headers = "") const {
    TlsPeer fresh = peer(own);
    return ask(fresh, headers);
  }
  [[nodiscard]] Certificate client(const std::string& name, const std::string& alternatives = "") const {
    return make_certificate({.common_name = name, .alternative_names = alternatives}, &authority_);
  }
  [[nodiscard]] std::string page(const std::string& path) const {
    return exchange(webhook_->metrics_port(), "GET " + path + " HTTP/1.1\r\nConnection: close\r\n\r\n");
  }
  void expect_counted(const std::string& labels, int times) const {
    EXPECT_TRUE(
        page("/metrics").contains("everynode_webhook_callers_total{" + labels + "} " + std::to_string(times) + "\n"))
        << page("/metrics");
  }

  Certificates certificates_{make_certs};
  Certificate authority_ = make_certificate({.common_name = "clients", .usage = "", .is_authority = true});
  std::optional<WebhookProcess> webhook_;
};

}  // namespace everynode::support
