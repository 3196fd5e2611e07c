/// `everynode dashboard`: the live page, served to the browsers of this machine.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "everynode/inspection/inspector.hpp"
#include "everynode/net/server.hpp"

namespace everynode::page {

struct PageSettings {
  /// Without a namespace: all namespaces, or the context's if the user may not list those of all.
  inspection::Target target;
  net::Endpoint listen{.host = "127.0.0.1", .port = 0};  ///< a loopback address, unless there are hosts and a token
  std::vector<std::string> hosts;                        ///< HOST[:PORT] under which browsers reach it through a proxy
  std::filesystem::path token_file;  ///< with the token that the page asks for; empty: a new one each time
  bool open = false;                 ///< in the user's browser
  bool actions = false;              ///< rollouts may be changed from the page; for a loopback address without hosts
};

/// Prints the page's address, with the token that it asks for if it is a new one, and serves it until a signal comes.
/// Exit code 0. Throws std::runtime_error or std::system_error if it cannot begin: there is no configuration to reach
/// the cluster, the address is not one of this machine alone and lacks hosts or a token, or is taken; the file has no
/// token; actions are wanted where others than this machine's users could reach the page.
int run(const PageSettings& settings);

}  // namespace everynode::page
