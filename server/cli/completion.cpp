#include "completion.hpp"

#include <iostream>
#include <map>

#include "everynode/inspection/names.hpp"
#include "target_options.hpp"

namespace everynode::cli {
namespace {

using Kind = Value::Kind;

constexpr kube::Resource namespaces{.group = "", .version = "v1", .plural = "namespaces", .subresource = ""};

/// The words of `word_of`, which keeps them in its validator's name.
std::vector<std::string> words_of(CLI::Option& option) {
  std::vector<std::string> words;
  try {
    for (int i = 0; words.empty(); ++i) {
      const std::string& name = option.get_validator(i)->get_name();
      if (!name.empty()) words = CLI::detail::split(name, ',');
    }
  } catch (const CLI::OptionNotFound&) {
    return {};  // that was the last validator
  }
  return words;
}

Value value_of(CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return {};
  if (auto words = words_of(option); !words.empty()) return {.kind = Kind::words, .words = std::move(words)};
  const std::string what = option.get_positional() ? option.get_name(true) : option.get_type_name();
  if (what == "FILE") return {.kind = Kind::file, .words = {}};
  if (what == "BOOL") return {.kind = Kind::words, .words = {"true", "false"}};
  if (what == "NS") return {.kind = Kind::names, .words = {"namespaces"}};
  if (what == "TYPE/NAME") return {.kind = Kind::names, .words = {"daemonsets"}};
  return {.kind = Kind::any, .words = {}};
}

CompletedOption read_option(CLI::Option& option) {
  CompletedOption read{.names = {}, .help = option.get_description(), .value = value_of(option)};
  for (const std::string& name : option.get_lnames()) read.names.push_back("--" + name);
  for (const std::string& name : option.get_snames()) read.names.push_back("-" + name);
  return read;
}

void read_into(std::vector<CompletedVerb>& verbs, CLI::App& app, const std::string& path) {
  CompletedVerb verb;
  verb.path = path;
  verb.help = app.get_description();
  verb.hidden = app.get_group().empty();
  for (CLI::Option* const option : app.get_options()) {
    if (option->get_positional()) {
      verb.value = value_of(*option);
    } else {
      verb.options.push_back(read_option(*option));
    }
  }
  const auto below = app.get_subcommands([](CLI::App*) { return true; });
  for (const CLI::App* const sub : below) {
    if (!sub->get_group().empty()) verb.verbs.push_back(sub->get_name());
  }
  verbs.push_back(std::move(verb));
  for (CLI::App* const sub : below) read_into(verbs, *sub, path + (path.empty() ? "" : " ") + sub->get_name());
}

using Script = std::string (*)(const std::vector<CompletedVerb>&);

const std::map<std::string, Script>& scripts() {
  static const std::map<std::string, Script> all{
      {"bash", bash_script}, {"fish", fish_script}, {"kubectl", kubectl_script}, {"zsh", zsh_script}};
  return all;
}

int print_script(CLI::App& app, const std::string& shell) {
  std::cout << scripts().at(shell)(read_verbs(app));
  return 0;
}

/// Prints nothing if it fails: the user is typing.
int print_names(const CompletionSettings& settings) {
  const bool daemon_sets = settings.what == "daemonsets";
  try {
    for (const std::string& name : inspection::names(settings.look, daemon_sets ? kube::daemon_sets : namespaces,
                                                     daemon_sets, std::chrono::seconds(3))) {
      std::cout << name << "\n";
    }
    return 0;
  } catch (const std::exception&) {
    return 1;
  }
}

}  // namespace

std::vector<CompletedVerb> read_verbs(CLI::App& app) {
  std::vector<CompletedVerb> verbs;
  read_into(verbs, app, "");
  return verbs;
}

void add_completion(CLI::App& app, CompletionSettings& settings, Verb& chosen) {
  CLI::App& verb = *app.add_subcommand("completion", "Print a script that completes command lines in your shell");
  std::map<std::string, std::string> shells;
  for (const auto& [shell, script] : scripts()) shells[shell] = shell;
  verb.add_option("SHELL", settings.shell, "bash, zsh or fish; kubectl: for kubectl_complete-everynode")
      ->required()
      ->transform(word_of(shells))
      ->type_name("");
  verb.callback([&] { chosen = [&] { return print_script(app, settings.shell); }; });

  CLI::App& hidden = *app.add_subcommand("__complete", "Print names that the cluster has, for the script")->group("");
  const std::map<std::string, std::string> kinds{{"daemonsets", "daemonsets"}, {"namespaces", "namespaces"}};
  hidden.add_option("WHAT", settings.what, "daemonsets or namespaces")->required()->transform(word_of(kinds));
  add_cluster(hidden, settings.look);
  hidden.callback([&] { chosen = [&] { return print_names(settings); }; });
}

}  // namespace everynode::cli
