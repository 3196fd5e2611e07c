#include <array>
#include <optional>
#include <vector>

#include "everynode/cluster/config.hpp"
#include "everynode/codec/base64.hpp"
#include "everynode/codec/document.hpp"
#include "everynode/files/yaml.hpp"
#include "server_url.hpp"

namespace everynode::cluster {
namespace {

using Element = codec::Reader::Element;

struct Cluster {
  std::string name;
  std::string server, authority, authority_data, tls_server_name;
  std::string proxy;
  bool insecure = false;
};

struct User {
  std::string name;
  std::string certificate, certificate_data, key, key_data, token, token_file;
  std::string unsupported;  ///< the first field that we cannot follow
};

struct Context {
  std::string name;
  std::string cluster, user, namespace_;
};

struct Kubeconfig {
  std::string current;
  std::vector<Cluster> clusters;
  std::vector<User> users;
  std::vector<Context> contexts;
};

void read_text(codec::Reader& reader, Element value, std::string& out) {
  std::string_view text;
  reader.read(value, text);
  out = text;
}

void read(codec::Reader& reader, Element value, Cluster& cluster) {
  constexpr std::array<std::string_view, 6> names{
      "server",    "certificate-authority",   "certificate-authority-data", "tls-server-name",
      "proxy-url", "insecure-skip-tls-verify"};
  const std::array<std::string*, 5> texts{&cluster.server, &cluster.authority, &cluster.authority_data,
                                          &cluster.tls_server_name, &cluster.proxy};
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name == texts.size()) return reader.read(member, cluster.insecure);
    read_text(reader, member, *texts[name]);
  });
}

void read(codec::Reader& reader, Element value, User& user) {
  constexpr std::array<std::string_view, 14> names{"client-certificate",
                                                   "client-certificate-data",
                                                   "client-key",
                                                   "client-key-data",
                                                   "token",
                                                   "tokenFile",
                                                   "exec",
                                                   "auth-provider",
                                                   "username",
                                                   "password",
                                                   "as",
                                                   "as-uid",
                                                   "as-groups",
                                                   "as-user-extra"};
  const std::array<std::string*, 6> texts{&user.certificate, &user.certificate_data, &user.key, &user.key_data,
                                          &user.token,       &user.token_file};
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name < texts.size()) return read_text(reader, member, *texts[name]);
    if (user.unsupported.empty()) user.unsupported = names[name];
  });
}

void read(codec::Reader& reader, Element value, Context& context) {
  constexpr std::array<std::string_view, 3> names{"cluster", "user", "namespace"};
  const std::array<std::string*, 3> texts{&context.cluster, &context.user, &context.namespace_};
  reader.object(value, names, [&](std::size_t name, Element member) { read_text(reader, member, *texts[name]); });
}

/// A list of `{name: NAME, KIND: {...}}`.
template <class Entry>
void read_entries(codec::Reader& reader, Element list, std::string_view kind, std::vector<Entry>& entries) {
  const std::array<std::string_view, 2> names{"name", kind};
  reader.array(list, [&](Element element) {
    Entry& entry = entries.emplace_back();
    reader.object(element, names, [&](std::size_t name, Element member) {
      if (name == 1) return read(reader, member, entry);
      read_text(reader, member, entry.name);
    });
  });
}

std::expected<Kubeconfig, std::string> read_file_text(const std::string& text) {
  const auto json = files::yaml_to_json(text);
  if (!json) return std::unexpected("it is no YAML: " + json.error());
  if (*json == "null") return std::unexpected("it is empty");
  Kubeconfig file;
  constexpr std::array<std::string_view, 4> names{"current-context", "contexts", "clusters", "users"};
  codec::Document document;
  const std::string problem = document.read(*json, [&](codec::Reader& reader, Element root) {
    reader.object(root, names, [&](std::size_t name, Element member) {
      if (name == 0) read_text(reader, member, file.current);
      if (name == 1) read_entries(reader, member, "context", file.contexts);
      if (name == 2) read_entries(reader, member, "cluster", file.clusters);
      if (name == 3) read_entries(reader, member, "user", file.users);
    });
  });
  if (!problem.empty()) return std::unexpected(problem);
  return file;
}

/// Collects one configuration. The first thing that is wrong stays in `problem`.
struct Assembly {
  Config config;
  std::filesystem::path directory;
  std::string problem;

  void fail(const std::string& what) {
    if (problem.empty()) problem = what;
  }

  [[nodiscard]] std::filesystem::path located(const std::string& file) const {
    return file.empty() ? std::filesystem::path() : directory / file;
  }

  /// A field with a file name, and its other self with the content.
  void pem(const std::string& place, const std::string& field, const std::string& file, const std::string& data,
           Pem& out) {
    if (!file.empty() && !data.empty())
      return fail(place + field + " and " + field + "-data are both given; leave one of them out");
    out.file = located(file);
    if (data.empty()) return;
    const auto decoded = codec::decode_base64(data);
    if (!decoded) return fail(place + field + "-data: it is not base64");
    out.text = *decoded;
  }

  void take(const Cluster& cluster) {
    const std::string place = "cluster \"" + cluster.name + "\": ";
    if (cluster.server.empty()) return fail(place + "server is missing; give it as https://HOST[:PORT][/PATH]");
    if (const auto wrong = read_server_url(cluster.server, config); !wrong.empty())
      return fail(place + "server: " + wrong);
    if (!cluster.proxy.empty()) return fail(place + "proxy-url is not supported; connect to the server directly");
    pem(place, "certificate-authority", cluster.authority, cluster.authority_data, config.authority);
    if (cluster.insecure && !config.authority.empty())
      fail(place + "insecure-skip-tls-verify contradicts certificate-authority; leave one of them out");
    config.insecure = cluster.insecure;
    config.tls_server_name = cluster.tls_server_name;
  }

  void take(const User& user) {
    const std::string place = "user \"" + user.name + "\": ";
    if (!user.unsupported.empty())
      return fail(place + user.unsupported +
                  " is not supported; use a client certificate, a token or a tokenFile instead");
    pem(place, "client-certificate", user.certificate, user.certificate_data, config.client_certificate);
    pem(place, "client-key", user.key, user.key_data, config.client_key);
    if (config.client_certificate.empty() != config.client_key.empty()) {
      const std::string missing = config.client_key.empty() ? "client-key" : "client-certificate";
      fail(place + missing + " is missing; a certificate and its key belong together");
    }
    config.token = user.token;
    config.token_file = located(user.token_file);
  }
};

template <class Entry>
const Entry* find(const std::vector<Entry>& entries, std::string_view name) {
  for (const Entry& entry : entries) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

/// Finds what a context refers to. Returns what is wrong; empty: nothing.
template <class Entry>
std::string take_entry(Assembly& assembly, const std::vector<Entry>& entries, const std::string& name,
                       const std::string& kind, const Context& context) {
  const std::string place = "context \"" + context.name + "\": " + kind;
  if (name.empty()) return place + " is missing; name one of " + kind + "s";
  const Entry* entry = find(entries, name);
  if (entry == nullptr) return place + " \"" + name + "\" is not among the file's " + kind + "s";
  assembly.take(*entry);
  return assembly.problem;
}

}  // namespace

std::expected<Config, std::string> parse_kubeconfig(const std::string& text, const std::filesystem::path& directory,
                                                    std::string_view wanted) {
  const auto file = read_file_text(text);
  if (!file) return std::unexpected(file.error());
  const std::string name = wanted.empty() ? file->current : std::string(wanted);
  if (name.empty())
    return std::unexpected("current-context is missing; set it, e.g. with kubectl config use-context NAME");
  const Context* context = find(file->contexts, name);
  if (context == nullptr) return std::unexpected("context \"" + name + "\" is not among the file's contexts");
  Assembly assembly{.config = {}, .directory = directory, .problem = {}};
  std::string problem = take_entry(assembly, file->clusters, context->cluster, "cluster", *context);
  if (problem.empty()) problem = take_entry(assembly, file->users, context->user, "user", *context);
  if (!problem.empty()) return std::unexpected(problem);
  assembly.config.namespace_ = context->namespace_;
  assembly.config.source = "context \"" + name + "\"";
  return std::move(assembly.config);
}

}  // namespace everynode::cluster
