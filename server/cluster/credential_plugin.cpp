#include "credential_plugin.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "child.hpp"
#include "everynode/files/yaml.hpp"

namespace everynode::cluster {
namespace {

namespace fs = std::filesystem;
using kubeconfig::Exec;
using kubeconfig::ExecCredential;
using Outcome = std::expected<ExecCredential, std::string>;

constexpr std::size_t output_limit = std::size_t{1} << 20U;
/// A person may have to log in, with a browser or a code.
constexpr std::chrono::minutes patience_with_people{5};
/// The longest part of the plugin's output that an error quotes.
constexpr std::size_t longest_words = 300;

/// One line without control characters; of a long text, the end.
std::string one_line(std::string text) {
  std::ranges::replace_if(text, [](unsigned char c) { return c < ' ' || c == 127; }, ' ');
  while (text.ends_with(' ')) text.pop_back();
  text.erase(0, text.find_first_not_of(' '));
  if (text.size() > longest_words) text = "..." + text.substr(text.size() - longest_words);
  return text;
}

/// The path of a command: the command itself if it has a slash, else found in the absolute directories of PATH. Empty:
/// it is not found.
std::string place_of(const std::string& command) {
  const auto runs = [](const std::string& path) {
    std::error_code error;
    return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
  };
  if (command.contains('/')) return runs(command) ? command : "";
  const char* const path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    const std::string candidate = std::string(rest.substr(0, colon)) + "/" + command;
    if (candidate.starts_with('/') && runs(candidate)) return candidate;
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return {};
}

/// Our environment, the plugin's, and KUBERNETES_EXEC_INFO; of duplicate names the last counts.
std::vector<std::string> environment_of(const Exec& exec, const std::string& info) {
  std::map<std::string, std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text(*variable);
    const std::size_t equals = std::min(text.find('='), text.size());
    variables[text.substr(0, equals)] = text.substr(std::min(equals + 1, text.size()));
  }
  for (const auto& [name, value] : exec.env) variables[name] = value;
  variables["KUBERNETES_EXEC_INFO"] = info;
  std::vector<std::string> lines;
  for (const auto& [name, value] : variables) lines.push_back(name + "=" + value);
  return lines;
}

std::string not_found(const Exec& exec) {
  const std::string where = exec.command.contains('/') ? "is no program that can be run" : "is not in PATH";
  const std::string hint = one_line(exec.install_hint);
  return "\"" + exec.command + "\" " + where + "; " + (hint.empty() ? "install it" : hint);
}

/// The command as a name to look up, or as a whole path. The policy compares with this: "./aws" is not "aws".
std::string whole(const std::string& command) {
  return command.contains('/') ? fs::absolute(command).lexically_normal().string() : command;
}

std::expected<void, std::string> check_policy(const Config& config, const std::string& command,
                                              const std::string& place) {
  if (kubeconfig::may_run(config.plugin_policy, command, place, place_of)) return {};
  const bool all = config.plugin_policy.kind == kubeconfig::PluginPolicy::Kind::deny_all;
  return std::unexpected("\"" + command + "\" may not run: kubectl's preferences (kuberc) say " +
                         (all ? "credentialPluginPolicy: DenyAll"
                              : "credentialPluginPolicy: Allowlist, and it is not in credentialPluginAllowlist"));
}

/// Refuses a run that did not end well.
std::expected<void, std::string> check(const ChildEnd& end, const std::string& command, std::chrono::seconds timeout) {
  const std::string name = "\"" + command + "\" ";
  const std::string words = one_line(end.errors);
  const std::string said = words.empty() ? "" : ": " + words;
  switch (end.how) {
    case ChildEnd::How::not_started:
      return std::unexpected(name + "cannot be started" + said);
    case ChildEnd::How::timed_out:
      return std::unexpected(name + "did not end within " + std::to_string(timeout.count()) + " s, and was ended" +
                             said);
    case ChildEnd::How::flooded:
      return std::unexpected(name + "printed more than 1 MiB, and was ended");
    case ChildEnd::How::signalled:
      return std::unexpected(name + "was ended by signal " + std::to_string(end.code) + said);
    case ChildEnd::How::exited:
      if (end.code == 0) return {};
      return std::unexpected(name + "failed with exit code " + std::to_string(end.code) + said);
  }
  return {};
}

Outcome read_output(const ChildEnd& end, const Exec& exec) {
  const auto json = files::yaml_to_json(end.output);
  if (!json) return std::unexpected("it is no JSON: " + json.error().text());
  auto credential = kubeconfig::read_exec_credential(*json, exec.api_version);
  if (!credential) return std::unexpected(credential.error().text());
  return std::move(*credential);
}

}  // namespace

Awaitable<Outcome> run_credential_plugin(boost::asio::any_io_executor executor, Config config, PluginOptions plugin) {
  const Exec& exec = *config.exec;
  const auto failed = [&](const std::string& why) { return std::unexpected(exec.place + ": " + why); };
  const bool has_terminal = plugin.attended && isatty(STDIN_FILENO) != 0;
  if (exec.interactive == Exec::Interactive::always && !has_terminal)
    co_return failed("interactiveMode is Always, but standard input is no terminal");
  const std::string command = whole(exec.command);
  const std::string place = place_of(command);
  if (place.empty()) co_return failed(not_found(exec));
  if (const auto allowed = check_policy(config, command, place); !allowed) co_return failed(allowed.error());

  const bool interactive = has_terminal && exec.interactive != Exec::Interactive::never;
  ChildOptions options{.program = place, .arguments = exec.args};
  options.arguments.insert(options.arguments.begin(), exec.command);
  options.environment = environment_of(exec, kubeconfig::exec_info(config, interactive, config.authority.text));
  options.reads_our_input = interactive;
  options.shows_errors = plugin.attended && isatty(STDERR_FILENO) != 0;  // otherwise our error quotes the end of it
  options.own_group = !plugin.attended;  // a background group may not read from a terminal
  options.timeout = plugin.attended ? std::chrono::seconds(patience_with_people) : plugin.patience;
  options.output_limit = output_limit;
  const ChildEnd end = co_await run_child(executor, options);
  if (const auto well = check(end, exec.command, options.timeout); !well) co_return failed(well.error());
  Outcome credential = read_output(end, exec);
  if (!credential) co_return failed("what \"" + exec.command + "\" printed cannot be used: " + credential.error());
  co_return credential;
}

}  // namespace everynode::cluster
