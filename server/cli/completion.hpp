/// `everynode completion bash|zsh|fish|kubectl`: a script that completes the command line. CLI11 has no such feature,
/// so the verbs and options are read from its own tree. Names in the cluster are asked for when they are needed,
/// through the hidden verb `__complete`.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "common_options.hpp"
#include "everynode/inspection/inspector.hpp"

namespace everynode::cli {

/// The value of an option, or the words after a verb.
struct Value {
  enum class Kind : std::uint8_t { none, any, file, words, names };
  Kind kind = Kind::none;
  std::vector<std::string> words;  ///< the possible words; for names: the one word for `__complete`
};

struct CompletedOption {
  std::vector<std::string> names;  ///< with their dashes
  std::string help;
  Value value;
};

struct CompletedVerb {
  std::string path;  ///< "rollout watch"; empty: the program itself
  std::string help;
  bool hidden = false;
  std::vector<std::string> verbs;  ///< below this one
  std::vector<CompletedOption> options;
  Value value;  ///< of the words that are not options
};

/// The program and all its verbs, beginning with the program.
[[nodiscard]] std::vector<CompletedVerb> read_verbs(CLI::App& app);

/// The scripts for bash (3.2 and later), zsh and fish.
[[nodiscard]] std::string bash_script(const std::vector<CompletedVerb>& verbs);
[[nodiscard]] std::string zsh_script(const std::vector<CompletedVerb>& verbs);
[[nodiscard]] std::string fish_script(const std::vector<CompletedVerb>& verbs);

/// A program for kubectl, which looks for kubectl_complete-everynode in the PATH.
[[nodiscard]] std::string kubectl_script(const std::vector<CompletedVerb>& verbs);

struct CompletionSettings {
  std::string shell;
  std::string what;  ///< "daemonsets" or "namespaces"
  inspection::Target look;
};

/// Adds the verbs `completion` and `__complete`; call it last. The references must live as long as `app`.
void add_completion(CLI::App& app, CompletionSettings& settings, Verb& chosen);

}  // namespace everynode::cli
