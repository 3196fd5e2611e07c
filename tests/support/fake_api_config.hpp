/// The configuration with which a cluster::Client connects to a fake API server.
#pragma once

#include "everynode/cluster/config.hpp"
#include "fake_api_server.hpp"

namespace everynode::support {

inline cluster::Config config_of(const FakeApiServer& server) {
  cluster::Config config;
  config.source = "the test";
  config.tls = server.tls();
  config.host = server.tls() ? "localhost" : "127.0.0.1";
  config.port = server.port();
  if (server.tls()) config.authority.text = server.certificate();
  return config;
}

}  // namespace everynode::support
