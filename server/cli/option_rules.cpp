#include "option_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace everynode::cli {
namespace {

std::string in_quotes(const std::string& text) {
  return "'" + text + "'";
}

/// Reads what Go's strconv.ParseBool reads.
std::optional<bool> truth_of(std::string_view text) {
  constexpr std::array<std::string_view, 6> yes{"1", "t", "T", "TRUE", "true", "True"};
  constexpr std::array<std::string_view, 6> no{"0", "f", "F", "FALSE", "false", "False"};
  if (std::ranges::find(yes, text) != yes.end()) return true;
  if (std::ranges::find(no, text) != no.end()) return false;
  return std::nullopt;
}

std::string read_truth(std::string& text) {
  const auto truth = truth_of(text);
  if (!truth) return in_quotes(text) + " is neither true nor false";
  text = *truth ? "true" : "false";
  return {};
}

/// A negative number is no flag; whether it is too small is for the option to say.
bool looks_like_a_flag(std::string_view text) {
  return text.size() > 1 && text[0] == '-' && (text[1] < '0' || text[1] > '9');
}

std::string read_value(std::string& text) {
  if (text.empty()) return "needs a value";
  if (looks_like_a_flag(text)) return "needs a value, and " + in_quotes(text) + " looks like a flag";
  return {};
}

/// The long name of the short option, which means the same in all verbs; empty: there is none.
std::string long_name(const CLI::App& app, const std::string& letter) {
  for (const CLI::Option* const option : app.get_options()) {
    const bool has = std::ranges::find(option->get_snames(), letter) != option->get_snames().end();
    if (has && !option->get_lnames().empty()) return option->get_lnames().front();
  }
  for (const CLI::App* const verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (std::string found = long_name(*verb, letter); !found.empty()) return found;
  }
  return {};
}

}  // namespace

bool is_flag(const CLI::Option& option) {
  return option.get_items_expected_max() == 0;
}

void let_the_last_win(CLI::App& app) {
  app.option_defaults()->take_last();
}

void refuse_flags_as_values(CLI::App& app) {
  // transform, not check: it must run before the option's own validators.
  for (CLI::Option* option : app.get_options()) {
    option->transform(CLI::Validator(is_flag(*option) ? read_truth : read_value, ""));
  }
  for (CLI::App* verb : app.get_subcommands([](CLI::App*) { return true; })) refuse_flags_as_values(*verb);
}

void refuse_empty_values(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--") return;
    const auto equals = word.find('=');
    if (!word.starts_with("-") || equals == std::string_view::npos) continue;
    const std::string_view value = word.substr(equals + 1);
    if (value.empty() || value == "{}") {  // CLI11 reads "{}" as nothing too
      throw CLI::ValidationError(std::string(word), "needs a value behind the '='");
    }
  }
}

std::vector<std::string> in_long_form(const CLI::App& app, int argc, const char* const* argv) {
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  for (std::string& word : words) {
    if (word == "--") break;
    const bool is_short = word.size() > 2 && word[0] == '-' && word[1] != '-' && word[2] == '=';
    const std::string name = is_short ? long_name(app, word.substr(1, 1)) : std::string{};
    if (!name.empty()) word = "--" + name + word.substr(2);
  }
  std::ranges::reverse(words);
  return words;
}

CLI::Option* add_truth(CLI::App& verb, const std::string& name, bool& value, const std::string& help) {
  return verb.add_option(name, value, help)
      ->expected(0, 1)
      ->default_str("true")  // the meaning of `--name` alone
      ->transform(CLI::Validator(read_truth, ""))
      ->type_name("BOOL");
}

CLI::Validator decimal(std::uint64_t least, std::uint64_t most) {
  const std::string range = std::to_string(least) + " to " + std::to_string(most);
  const auto read = [=](std::string& text) -> std::string {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = error == std::errc() && end == text.data() + text.size();
    if (!is_number || number < least || number > most) return in_quotes(text) + " is no number from " + range;
    text = std::to_string(number);
    return {};
  };
  return {read, range};
}

CLI::Validator word_of(std::map<std::string, std::string> words) {
  std::string known;
  std::string name;
  for (const auto& [word, value] : words) {
    known += (known.empty() ? "" : ", ") + in_quotes(word);
    name += (name.empty() ? "" : ",") + word;
  }
  const auto read = [words = std::move(words), known](std::string& text) -> std::string {
    const auto found = words.find(text);
    if (found == words.end()) return in_quotes(text) + " is none of " + known;
    text = found->second;
    return {};
  };
  return {read, "", name};
}

}  // namespace everynode::cli
