#include "kuberc.hpp"

#include <vector>

#include "everynode/files/files.hpp"
#include "everynode/files/yaml.hpp"

namespace everynode::cluster {
namespace {

/// The documents of a YAML text, separated by lines that begin with three dashes.
std::vector<std::string> documents_of(const std::string& text) {
  std::vector<std::string> documents(1);
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    const std::string line = text.substr(at, end - at);
    at = end;
    if (line.starts_with("---")) {
      documents.emplace_back();
    } else {
      documents.back() += line;
    }
  }
  return documents;
}

}  // namespace

std::expected<kubeconfig::PluginPolicy, std::string> read_kuberc(const Environment& environment) {
  if (environment.kuberc == "off") return {};
  const bool named = !environment.kuberc.empty();
  const std::filesystem::path path =
      named ? std::filesystem::path(environment.kuberc) : environment.home / ".kube/kuberc";
  std::error_code error;
  if (!named && !std::filesystem::exists(path, error)) return {};
  const auto text = files::read_file(path);
  if (!text) return std::unexpected((named ? "KUBERC: " : "") + text.error());
  for (const std::string& document : documents_of(*text)) {
    const auto json = files::yaml_to_json(document);
    if (!json) return std::unexpected(path.string() + ": it is no YAML: " + json.error().text());
    if (*json == "null") continue;
    auto preference = kubeconfig::read_preference(*json);
    if (!preference) return std::unexpected(path.string() + ": " + preference.error().text());
    if (*preference) return std::move(**preference);
  }
  return {};
}

}  // namespace everynode::cluster
