#include "everynode/kubeconfig/file.hpp"

#include <string_view>

#include "entries.hpp"
#include "everynode/codec/document.hpp"

namespace everynode::kubeconfig {
namespace {

using codec::field;
using codec::JsonValue;
using codec::read_fields;

/// The extension of a cluster that credential plugins get.
constexpr std::string_view exec_extension = "client.authentication.k8s.io/exec";

void read(JsonValue value, Cluster& cluster) {
  const auto read_extension = [&](JsonValue extension) {
    std::string name;
    std::string_view json;
    const auto read_json = [&](JsonValue any) {
      if (simdjson::to_json_string(any.element).get(json) != simdjson::SUCCESS) any.fail("expected JSON");
    };
    read_fields(extension, field<"name">(name), codec::visit<"extension">(read_json));
    if (name == exec_extension) cluster.exec_config = json;
  };
  read_fields(
      value, field<"server">(cluster.server), field<"certificate-authority">(cluster.authority),
      field<"certificate-authority-data">(cluster.authority_data), field<"tls-server-name">(cluster.tls_server_name),
      field<"proxy-url">(cluster.proxy_url), field<"insecure-skip-tls-verify">(cluster.insecure),
      field<"disable-compression">(cluster.disable_compression), codec::visit_each<"extensions">(read_extension));
}

void read(JsonValue value, ExecEntry& exec) {
  const auto read_variable = [&](JsonValue element) {
    auto& [name, text] = exec.env.emplace_back();
    read_fields(element, field<"name">(name), field<"value">(text));
  };
  read_fields(value, field<"apiVersion">(exec.api_version), field<"command">(exec.command),
              field<"installHint">(exec.install_hint), field<"interactiveMode">(exec.interactive_mode),
              field<"provideClusterInfo">(exec.provide_cluster_info), field<"args">(exec.args),
              codec::visit_each<"env">(read_variable));
}

void read(JsonValue value, User& user) {
  const auto read_extra = [&](JsonValue extra) {
    codec::visit_members(extra, [&](std::string_view key, JsonValue values) {
      read(values, user.as_user_extra.emplace_back(std::string(key), std::vector<std::string>()).second);
    });
  };
  const auto read_auth_provider = [&](JsonValue provider) {
    read_fields(provider, field<"name">(user.auth_provider.emplace()));
  };
  read_fields(value, field<"client-certificate">(user.certificate),
              field<"client-certificate-data">(user.certificate_data), field<"client-key">(user.key),
              field<"client-key-data">(user.key_data), field<"token">(user.token), field<"tokenFile">(user.token_file),
              field<"username">(user.username), field<"password">(user.password), field<"as">(user.as),
              field<"as-uid">(user.as_uid), field<"as-groups">(user.as_groups),
              codec::visit<"as-user-extra">(read_extra),
              codec::visit<"exec">([&](JsonValue exec) { read(exec, user.exec.emplace()); }),
              codec::visit<"auth-provider">(read_auth_provider));
}

void read(JsonValue value, Context& context) {
  read_fields(value, field<"cluster">(context.cluster), field<"user">(context.user),
              field<"namespace">(context.namespace_));
}

/// A list of `{name: NAME, KIND: {...}}`.
template <codec::FieldName kind, class Entry>
void read_entries(JsonValue list, std::vector<Entry>& entries) {
  codec::visit_elements(list, [&](JsonValue element) {
    Entry entry;
    read_fields(element, field<"name">(entry.name), codec::visit<kind>([&](JsonValue value) { read(value, entry); }));
    if (find(entries, entry.name) != nullptr) list.fail("the name \"" + entry.name + "\" stands there twice");
    entries.push_back(std::move(entry));
  });
}

/// Absent counts as right, as it does for kubectl.
void expect(JsonValue value, std::string_view wanted) {
  std::string_view text;
  read(value, text);
  if (!text.empty() && text != wanted) value.fail("expected " + std::string(wanted));
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

std::expected<File, codec::Mistake> read_file(const std::string& json, const std::string& path) {
  File file;
  file.names = path;
  if (json == "null") return file;
  codec::Document document;
  auto whole = document.read(json, [&](JsonValue root) {
    read_fields(root, field<"current-context">(file.current),
                codec::visit<"contexts">([&](JsonValue list) { read_entries<"context">(list, file.contexts); }),
                codec::visit<"clusters">([&](JsonValue list) { read_entries<"cluster">(list, file.clusters); }),
                codec::visit<"users">([&](JsonValue list) { read_entries<"user">(list, file.users); }),
                codec::visit<"kind">([&](JsonValue kind) { expect(kind, "Config"); }),
                codec::visit<"apiVersion">([&](JsonValue version) { expect(version, "v1"); }));
  });
  if (!whole) return std::unexpected(std::move(whole.error()));
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
