#include "everynode/kubeconfig/file.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "everynode/codec/document.hpp"

namespace everynode::kubeconfig {
namespace {

using Element = codec::Reader::Element;

/// The extension of a cluster that credential plugins get.
constexpr std::string_view exec_extension = "client.authentication.k8s.io/exec";

void read(codec::Reader& reader, Element value, Cluster& cluster) {
  constexpr std::array<std::string_view, 8> names{
      "server",    "certificate-authority",    "certificate-authority-data", "tls-server-name",
      "proxy-url", "insecure-skip-tls-verify", "disable-compression",        "extensions"};
  const std::array<std::string*, 5> texts{&cluster.server, &cluster.authority, &cluster.authority_data,
                                          &cluster.tls_server_name, &cluster.proxy_url};
  const auto read_extension = [&](Element extension) {
    constexpr std::array<std::string_view, 2> parts{"name", "extension"};
    std::string name;
    std::string_view json;
    reader.object(extension, parts, [&](std::size_t part, Element member) {
      if (part == 0) return reader.read(member, name);
      if (simdjson::to_json_string(member).get(json) != simdjson::SUCCESS) reader.fail("expected JSON");
    });
    if (name == exec_extension) cluster.exec_config = json;
  };
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name < texts.size()) return reader.read(member, *texts[name]);
    if (name == 5) return reader.read(member, cluster.insecure);
    if (name == 6) return reader.read(member, cluster.disable_compression);
    reader.array(member, read_extension);
  });
}

void read_texts(codec::Reader& reader, Element value, std::vector<std::string>& out) {
  reader.array(value, [&](Element element) { reader.read(element, out.emplace_back()); });
}

void read(codec::Reader& reader, Element value, ExecEntry& exec) {
  constexpr std::array<std::string_view, 7> names{"apiVersion",         "command", "installHint", "interactiveMode",
                                                  "provideClusterInfo", "args",    "env"};
  const std::array<std::string*, 4> texts{&exec.api_version, &exec.command, &exec.install_hint, &exec.interactive_mode};
  const auto read_variable = [&](Element element) {
    constexpr std::array<std::string_view, 2> parts{"name", "value"};
    auto& variable = exec.env.emplace_back();
    reader.object(element, parts, [&](std::size_t part, Element member) {
      reader.read(member, part == 0 ? variable.first : variable.second);
    });
  };
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name < texts.size()) return reader.read(member, *texts[name]);
    if (name == 4) return reader.read(member, exec.provide_cluster_info);
    if (name == 5) return read_texts(reader, member, exec.args);
    reader.array(member, read_variable);
  });
}

void read_auth_provider(codec::Reader& reader, Element value, User& user) {
  constexpr std::array<std::string_view, 1> names{"name"};
  user.auth_provider.emplace();
  reader.object(value, names, [&](std::size_t, Element member) { reader.read(member, *user.auth_provider); });
}

void read(codec::Reader& reader, Element value, User& user) {
  constexpr std::array<std::string_view, 14> names{"client-certificate",
                                                   "client-certificate-data",
                                                   "client-key",
                                                   "client-key-data",
                                                   "token",
                                                   "tokenFile",
                                                   "username",
                                                   "password",
                                                   "as",
                                                   "as-uid",
                                                   "as-groups",
                                                   "as-user-extra",
                                                   "exec",
                                                   "auth-provider"};
  const std::array<std::string*, 10> texts{
      &user.certificate, &user.certificate_data, &user.key,      &user.key_data, &user.token,
      &user.token_file,  &user.username,         &user.password, &user.as,       &user.as_uid};
  const auto read_extra = [&](std::string_view key, Element values) {
    auto& extra = user.as_user_extra.emplace_back(std::string(key), std::vector<std::string>());
    read_texts(reader, values, extra.second);
  };
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name < texts.size()) return reader.read(member, *texts[name]);
    if (name == 10) return read_texts(reader, member, user.as_groups);
    if (name == 11) return reader.members(member, read_extra);
    if (name == 12) return read(reader, member, user.exec.emplace());
    read_auth_provider(reader, member, user);
  });
}

void read(codec::Reader& reader, Element value, Context& context) {
  constexpr std::array<std::string_view, 3> names{"cluster", "user", "namespace"};
  const std::array<std::string*, 3> texts{&context.cluster, &context.user, &context.namespace_};
  reader.object(value, names, [&](std::size_t name, Element member) { reader.read(member, *texts[name]); });
}

template <class Entry>
const Entry* find(const std::vector<Entry>& entries, std::string_view name) {
  const auto found = std::ranges::find(entries, name, &Entry::name);
  return found == entries.end() ? nullptr : &*found;
}

/// A list of `{name: NAME, KIND: {...}}`.
template <class Entry>
void read_entries(codec::Reader& reader, Element list, std::string_view kind, std::vector<Entry>& entries) {
  const std::array<std::string_view, 2> names{"name", kind};
  reader.array(list, [&](Element element) {
    Entry entry;
    reader.object(element, names, [&](std::size_t name, Element member) {
      if (name == 1) return read(reader, member, entry);
      reader.read(member, entry.name);
    });
    if (find(entries, entry.name) != nullptr) reader.fail("the name \"" + entry.name + "\" stands there twice");
    entries.push_back(std::move(entry));
  });
}

/// Absent counts as right, as it does for kubectl.
void expect(codec::Reader& reader, Element value, std::string_view wanted) {
  std::string_view text;
  reader.read(value, text);
  if (reader.ok() && !text.empty() && text != wanted) reader.fail("expected " + std::string(wanted));
}

/// Makes a file name in a kubeconfig relative to the process's working directory.
void locate(std::string& name, std::string_view path) {
  if (name.empty() || name.starts_with('/')) return;
  const std::size_t slash = path.rfind('/');
  if (slash != std::string_view::npos) name.insert(0, path.substr(0, slash + 1));
}

void locate_all(File& file, const std::string& path) {
  for (Cluster& cluster : file.clusters) {
    cluster.file = path;
    locate(cluster.authority, path);
  }
  for (Context& context : file.contexts) context.file = path;
  for (User& user : file.users) {
    user.file = path;
    for (std::string* name : {&user.certificate, &user.key, &user.token_file}) locate(*name, path);
    if (user.exec && user.exec->command.contains('/')) locate(user.exec->command, path);
  }
}

template <class Entry>
void add_new(const std::vector<Entry>& more, std::vector<Entry>& entries) {
  for (const Entry& entry : more) {
    if (find(entries, entry.name) == nullptr) entries.push_back(entry);
  }
}

}  // namespace

std::expected<File, std::string> read_file(const std::string& json, const std::string& path) {
  File file;
  file.names = path;
  if (json == "null") return file;
  constexpr std::array<std::string_view, 6> names{"current-context", "contexts", "clusters",
                                                  "users",           "kind",     "apiVersion"};
  codec::Document document;
  const std::string problem = document.read(json, [&](codec::Reader& reader, Element root) {
    reader.object(root, names, [&](std::size_t name, Element member) {
      if (name == 0) reader.read(member, file.current);
      if (name == 1) read_entries(reader, member, "context", file.contexts);
      if (name == 2) read_entries(reader, member, "cluster", file.clusters);
      if (name == 3) read_entries(reader, member, "user", file.users);
      if (name == 4) expect(reader, member, "Config");
      if (name == 5) expect(reader, member, "v1");
    });
  });
  if (!problem.empty()) return std::unexpected(problem);
  locate_all(file, path);
  return file;
}

File merge(const std::vector<File>& files) {
  File all;
  for (const File& file : files) {
    all.names += (all.names.empty() ? "" : ", ") + file.names;
    if (all.current.empty()) all.current = file.current;
    add_new(file.clusters, all.clusters);
    add_new(file.users, all.users);
    add_new(file.contexts, all.contexts);
  }
  return all;
}

}  // namespace everynode::kubeconfig
