#include "manual.hpp"

#include <cctype>
#include <fstream>
#include <stdexcept>

#include "everynode/logging/version.hpp"
#include "option_rules.hpp"
#include "verb_texts.hpp"

namespace everynode::cli {
namespace {

struct Path {
  std::vector<const CLI::App*> verbs;  ///< below the program; empty: the program itself

  [[nodiscard]] std::string words(std::string_view between) const {
    std::string text;
    for (const CLI::App* const verb : verbs) text.append(text.empty() ? "" : between).append(verb->get_name());
    return text;
  }
  [[nodiscard]] std::string page() const { return verbs.empty() ? "everynode" : "everynode-" + words("-"); }
  [[nodiscard]] std::string command() const { return verbs.empty() ? "everynode" : "everynode " + words(" "); }
};

std::vector<const CLI::App*> shown_below(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* verb) { return !verb->get_group().empty(); });
}

/// Text for roff. Hyphens of options become minus signs, which people can search for and copy.
std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts_word = i == 0 || text[i - 1] == ' ' || text[i - 1] == '-' || text[i - 1] == '"';
    const bool starts_line = i == 0 || text[i - 1] == '\n';
    switch (text[i]) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += starts_word ? "\\-" : "-";
        break;
      case '~':
        out += "\\(ti";
        break;
      case '^':
        out += "\\(ha";
        break;
      case '.':
      case '\'':
        out += (starts_line ? "\\&" : "");
        out += text[i];
        break;
      default:
        out += text[i];
    }
  }
  return out;
}

/// Words that stand for themselves: no hyphen in them may become another sign.
std::string literal(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '-') {
      out += "\\-";
    } else if (c == '\'') {
      out += "\\(aq";
    } else {
      out += escaped(std::string_view(&c, 1));
    }
  }
  return out;
}

/// "Say why" as what stands behind a name: "say why".
std::string as_clause(std::string text) {
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0) {
    text.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(text.front())));
  }
  return text;
}

std::string as_sentence(std::string text) {
  if (!text.empty()) text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text + ".";
}

/// What CLI11 calls the type, "SECONDS:0 to 3600", in its two parts.
std::pair<std::string, std::string> type_and_range(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const auto colon = type.rfind(':');
  if (colon == std::string::npos || !type.substr(colon).contains(" to ")) return {type, ""};
  return {type.substr(0, colon), type.substr(colon + 1)};
}

std::string names_of(const CLI::Option& option) {
  std::string names;
  for (const std::string& name : option.get_snames()) names += "\\fB\\-" + literal(name) + "\\fR, ";
  for (const std::string& name : option.get_lnames()) names += "\\fB\\-\\-" + literal(name) + "\\fR, ";
  return names.substr(0, names.size() - 2);
}

std::string needs_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const CLI::Option* const other : option.get_needs()) names.push_back(other->get_name());
  std::ranges::sort(names);
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? " Goes with " : " and ") + name;
  return text.empty() ? "" : text + ".";
}

std::string option_text(const CLI::Option& option) {
  const auto [type, range] = type_and_range(option);
  std::string text = as_sentence(option.get_description());
  if (option.get_required()) text += " Required.";
  if (!range.empty()) text += " From " + range + ".";
  if (!option.get_default_str().empty()) text += " Default: " + option.get_default_str() + ".";
  return text + needs_of(option);
}

std::string item(const std::string& tag, const std::string& text) {
  return ".TP\n" + tag + "\n" + escaped(text) + "\n";
}

std::string options_of(const CLI::App& app) {
  std::string out;
  for (const CLI::Option* const option : app.get_options()) {
    if (option->get_positional()) {
      out += item("\\fI" + literal(option->get_name(true)) + "\\fR", option_text(*option));
      continue;
    }
    const std::string type = is_flag(*option) ? "" : type_and_range(*option).first;
    out += item(names_of(*option) + (type.empty() ? "" : " \\fI" + literal(type) + "\\fR"), option_text(*option));
  }
  return out;
}

std::string synopsis(const Path& path, const CLI::App& app) {
  std::string text = ".B " + literal(path.command()) + "\n";
  if (path.verbs.empty()) return text + "\\fIVERB\\fR [\\fIOPTIONS\\fR]\n";
  text += "[\\fIOPTIONS\\fR]";
  for (const CLI::Option* const option : app.get_options()) {
    if (option->get_positional()) text += " \\fI" + literal(option->get_name(true)) + "\\fR";
  }
  return text + "\n";
}

std::string paragraphs(std::string_view text) {
  std::string out;
  for (;;) {
    const auto end = text.find("\n\n");
    out += escaped(text.substr(0, end)) + "\n";
    if (end == std::string_view::npos) return out;
    out += ".PP\n";
    text.remove_prefix(end + 2);
  }
}

std::string exit_codes(const VerbText& text) {
  std::string out;
  for (const ExitCode& exit : text.exit_codes) {
    out += item("\\fB" + std::string(exit.code) + "\\fR", as_sentence(std::string(exit.meaning)));
  }
  return out.empty() ? out : ".SH EXIT STATUS\n" + out;
}

std::string examples(const VerbText& text) {
  return text.examples.empty() ? "" : ".SH EXAMPLES\n.EX\n" + literal(text.examples) + "\n.EE\n";
}

/// The verbs that have pages, below one, with all that leads to them.
void collect(const Path& path, const CLI::App& app, std::vector<std::pair<Path, const CLI::App*>>& all) {
  const auto below = shown_below(app);
  if (path.verbs.empty() || below.empty()) all.emplace_back(path, &app);
  for (const CLI::App* const verb : below) {
    Path longer = path;
    longer.verbs.push_back(verb);
    collect(longer, *verb, all);
  }
}

using Pages = std::vector<std::pair<Path, const CLI::App*>>;

std::string verbs_of(const Pages& all) {
  std::string out;
  for (const auto& [path, app] : all) {
    if (!path.verbs.empty())
      out += item("\\fB" + literal(path.words(" ")) + "\\fR", as_sentence(app->get_description()));
  }
  return ".SH VERBS\n" + out;
}

std::string see_also(const Path& path, const Pages& all) {
  std::string out;
  for (const auto& [other, app] : all) {
    if (other.page() == path.page()) continue;
    out += (out.empty() ? "" : ",\n") + (".BR " + literal(other.page())) + " (1)";
  }
  return ".SH SEE ALSO\n" + out + "\n";
}

ManualPage page_of(const Path& path, const CLI::App& app, const Pages& all) {
  const bool program = path.verbs.empty();
  const std::string about = program ? "one correct pod on every node" : as_clause(app.get_description());
  std::string title = path.page();
  std::ranges::transform(title, title.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::string roff =
      ".TH " + literal(title) + " 1 \"\" \"everynode " + literal(logging::version()) + "\" \"Everynode\"\n";
  roff += ".nh\n.ad l\n.SH NAME\n" + literal(path.page()) + " \\- " + escaped(about) + "\n";
  roff += ".SH SYNOPSIS\n" + synopsis(path, app);
  const VerbText* const text = text_of(path.words(" "));
  const std::string_view description = text == nullptr ? std::string_view() : text->description;
  roff += ".SH DESCRIPTION\n" +
          (description.empty() ? escaped(as_sentence(app.get_description())) + "\n" : paragraphs(description));
  if (program) roff += verbs_of(all);
  roff += ".SH OPTIONS\n" + options_of(app);
  if (text != nullptr) roff += exit_codes(*text) + examples(*text);
  return {.name = path.page(), .roff = roff + see_also(path, all)};
}

int write_pages(const CLI::App& app, const std::filesystem::path& directory) {
  for (const ManualPage& page : manual_pages(app)) {
    const auto file = directory / (page.name + ".1");
    std::ofstream out(file);
    out << page.roff;
    out.close();
    if (!out) throw std::runtime_error(file.string() + " could not be written");
  }
  return 0;
}

}  // namespace

std::vector<ManualPage> manual_pages(const CLI::App& app) {
  Pages all;
  collect({}, app, all);
  std::vector<ManualPage> pages;
  pages.reserve(all.size());
  for (const auto& [path, verb] : all) pages.push_back(page_of(path, *verb, all));
  return pages;
}

void add_manual(CLI::App& app, std::filesystem::path& directory, Verb& chosen) {
  CLI::App& verb = *app.add_subcommand("__manual", "Write the manual pages, for the packages")->group("");
  verb.add_option("DIRECTORY", directory, "where to")->required()->check(CLI::ExistingDirectory)->type_name("");
  verb.callback([&] { chosen = [&] { return write_pages(app, directory); }; });
}

}  // namespace everynode::cli
