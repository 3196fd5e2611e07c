/// Manual pages, made from the command line's own tree of verbs and options: they say what --help says, and never less.
/// What --help has no room for is in `verb_texts`.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "common_options.hpp"

namespace everynode::cli {

struct ManualPage {
  std::string name;  ///< "everynode-rollout-watch"
  std::string roff;  ///< for man(7)'s macros, section 1
};

/// One for the program, and one for each verb that does something. Hidden verbs have none.
[[nodiscard]] std::vector<ManualPage> manual_pages(const CLI::App& app);

/// The hidden verb `__manual DIRECTORY`, which writes NAME.1 for each page. The references must live as long as `app`.
void add_manual(CLI::App& app, std::filesystem::path& directory, Verb& chosen);

}  // namespace everynode::cli
