/// What there is to say about a verb beyond its options: shown below the options by --help, and in its manual page.
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string_view>

namespace everynode::cli {

struct ExitCode {
  std::string_view code;
  std::string_view meaning;
};

struct VerbText {
  std::string_view path;         ///< "rollout watch"; empty: the program itself
  std::string_view description;  ///< paragraphs with an empty line between; for the manual page only
  std::span<const ExitCode> exit_codes;
  std::string_view examples;  ///< lines of a shell
};

/// Nullptr if nothing is to be said about the verb.
[[nodiscard]] const VerbText* text_of(std::string_view path);

[[nodiscard]] std::span<const VerbText> verb_texts();

/// Shows exit codes and examples below the options of each verb's --help.
void add_footers(CLI::App& app);

}  // namespace everynode::cli
