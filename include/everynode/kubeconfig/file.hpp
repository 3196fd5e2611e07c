/// Kubeconfigs: the content of one file, and of several files merged.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "everynode/codec/mistake.hpp"

namespace everynode::kubeconfig {

/// File names below are relative to the working directory of the process, not to the kubeconfig's directory.
struct Cluster {
  std::string name;
  std::string file;  ///< the kubeconfig that this entry is in; the same below
  std::string server;
  std::string authority;
  std::string authority_data;
  std::string tls_server_name;
  std::string proxy_url;
  std::string exec_config;  ///< JSON of the extension client.authentication.k8s.io/exec; empty: none
  bool insecure = false;
  bool disable_compression = false;
};

struct ExecEntry {
  std::string api_version;
  std::string command;
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  std::string install_hint;
  std::string interactive_mode;
  bool provide_cluster_info = false;
};

struct User {
  std::string name;
  std::string file;
  std::string certificate;
  std::string certificate_data;
  std::string key;
  std::string key_data;
  std::string token;
  std::string token_file;
  std::string username;
  std::string password;
  std::string as;
  std::string as_uid;
  std::vector<std::string> as_groups;
  std::vector<std::pair<std::string, std::vector<std::string>>> as_user_extra;
  std::optional<ExecEntry> exec;
  std::optional<std::string> auth_provider;  ///< its name
};

struct Context {
  std::string name;
  std::string file;
  std::string cluster;
  std::string user;
  std::string namespace_;
};

struct File {
  std::string names;    ///< for people: the file or files that this came from
  std::string current;  ///< current-context
  std::vector<Cluster> clusters;
  std::vector<User> users;
  std::vector<Context> contexts;
};

/// Reads a kubeconfig from its JSON. `path` is the file that it came from. The error names the field and what we
/// expected, but not the file.
[[nodiscard]] std::expected<File, codec::Mistake> read_file(const std::string& json, const std::string& path);

/// Merges files as kubectl merges those of KUBECONFIG: the first entry of each name counts, as a whole, and so does the
/// first current-context.
[[nodiscard]] File merge(const std::vector<File>& files);

}  // namespace everynode::kubeconfig
