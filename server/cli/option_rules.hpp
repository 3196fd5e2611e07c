/// How options are read: CLI11, with the rules of Kubernetes' own programs. The last of several values wins. A boolean
/// is what Go's strconv.ParseBool accepts, and `--name` alone is true. Numbers are decimal. No option accepts an empty
/// value, or a flag as its value.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <type_traits>
#include <vector>

namespace everynode::cli {

/// Whether it takes no value.
[[nodiscard]] bool is_flag(const CLI::Option& option);

/// Call it before the first option is added: of an option that is given twice, the last value counts.
void let_the_last_win(CLI::App& app);

/// Call it after the last option of all verbs was added: refuses values that are empty or look like a flag. CLI11 would
/// read "--take-over=false" in `--config --take-over=false` as the file's name.
void refuse_flags_as_values(CLI::App& app);

/// Throws a CLI::ValidationError if a word has nothing behind its "=": CLI11 would take the next word as the value.
void refuse_empty_values(int argc, const char* const* argv);

/// The words of a command line for CLI11's `parse`, which wants the last one first and no program's name. "-X=VALUE"
/// becomes "--LONG=VALUE", as Go's pflag reads it; CLI11 would read the "=" as a part of the value.
[[nodiscard]] std::vector<std::string> in_long_form(const CLI::App& app, int argc, const char* const* argv);

/// An option that is true or false: `--name`, `--name=VALUE` or `--name VALUE`.
CLI::Option* add_truth(CLI::App& verb, const std::string& name, bool& value, const std::string& help);

/// Decimal digits of a number from `least` to `most`. Leading zeros mean nothing: CLI11 would read 010 as 8.
[[nodiscard]] CLI::Validator decimal(std::uint64_t least, std::uint64_t most);

/// Accepts only these words. CLI11's own validator also accepts their numbers. The validator's name has the words with
/// commas between: completion reads it.
[[nodiscard]] CLI::Validator word_of(std::map<std::string, std::string> words);

/// The same, for the words of an enumeration.
template <class Value>
[[nodiscard]] CLI::Validator one_of(const std::map<std::string, Value>& words) {
  std::map<std::string, std::string> numbers;
  for (const auto& [word, value] : words) {
    numbers[word] = std::to_string(static_cast<std::underlying_type_t<Value>>(value));
  }
  return word_of(std::move(numbers));
}

}  // namespace everynode::cli
