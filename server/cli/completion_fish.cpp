#include <algorithm>

#include "completion.hpp"
#include "everynode/codec/shell_word.hpp"
#include "shell_text.hpp"

namespace everynode::cli {
namespace {

using codec::in_single_quotes;

using Kind = Value::Kind;

constexpr std::string_view fish_start =
    R"sh(# fish completion for everynode; load it with: everynode completion fish | source
# The words before the cursor without the program's name.
function __everynode_words
    set -l words (commandline -opc)
    set -e words[1]
    string join \n -- $words
end

# True if these are all the verbs of the line so far, one behind the other.
function __everynode_at
    set -l words (string match -v -- '-*' (__everynode_words))
    for i in (seq (count $argv))
        test "$words[$i]" = "$argv[$i]"; or return 1
    end
end

# True if the word behind these verbs is still to come.
function __everynode_verb_is_next
    __everynode_at $argv; and test (count (string match -v -- '-*' (__everynode_words))) -eq (count $argv)
end

# Names from the cluster, asked with those options of the line that say which one.
function __everynode_names
    set -l words (commandline -opc)
    set -l program $words[1]
    set -l cluster
    for i in (seq 2 (count $words))
        switch $words[$i]
            case '-n' '--namespace' '--kubeconfig' '--context' '--cluster' '--user'
                set -l next (math $i + 1)
                set -q words[$next]; and set -a cluster $words[$i] $words[$next]
            case '--namespace=*' '--kubeconfig=*' '--context=*' '--cluster=*' '--user=*'
                set -a cluster $words[$i]
        end
    end
    $program __complete $argv $cluster 2>/dev/null
end

# TYPE/NAME, or the name alone behind a type.
function __everynode_targets
    if string match -qri -- '^(ds|daemonsets?)(\.v1)?(\.apps)?$' (__everynode_words)[-1]
        __everynode_names $argv
    else
        set -l type (string split -m 1 / -- (commandline -ct))
        set -q type[2]; or set type ds
        printf "$type[1]/%s\n" (__everynode_names $argv)
    end
end

complete -c everynode -f
complete -c kubectl-everynode -w everynode
)sh";

std::string fish_value(const Value& value) {
  switch (value.kind) {
    case Kind::none:
      return "";
    case Kind::any:
      return " -x";
    case Kind::file:
      return " -r -F";
    case Kind::words:
      return " -x -a " + in_single_quotes(joined(value.words, " "));
    case Kind::names:
      return " -x -a " + in_single_quotes("(__everynode_names " + joined(value.words, " ") + ")");
  }
  return "";
}

std::string fish_option(const std::string& at, const CompletedOption& option) {
  std::string line = at;
  for (const std::string& name : option.names) {
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  return line + fish_value(option.value) + " -d " + in_single_quotes(option.help) + "\n";
}

/// The words after the verb itself.
std::string fish_words(const std::string& at, const Value& value) {
  if (value.kind == Kind::words) return at + " -a " + in_single_quotes(joined(value.words, " ")) + "\n";
  if (value.kind == Kind::names) {
    return at + " -a " + in_single_quotes("(__everynode_targets " + joined(value.words, " ") + ")") + "\n";
  }
  return "";
}

}  // namespace

std::string fish_script(const std::vector<CompletedVerb>& verbs) {
  std::string script(fish_start);
  for (const CompletedVerb& verb : verbs) {
    if (verb.hidden) continue;
    const std::string path = verb.path.empty() ? "" : " " + verb.path;
    const std::string at = "complete -c everynode -n " + in_single_quotes("__everynode_at" + path);
    for (const std::string& name : verb.verbs) {
      const std::string full = verb.path + (verb.path.empty() ? "" : " ") + name;
      const auto named = std::ranges::find(verbs, full, &CompletedVerb::path);
      script.append("complete -c everynode -n ").append(in_single_quotes("__everynode_verb_is_next" + path));
      script.append(" -a ").append(name).append(" -d ");
      script.append(in_single_quotes(named == verbs.end() ? "" : named->help)).append("\n");
    }
    for (const CompletedOption& option : verb.options) script += fish_option(at, option);
    script += fish_words(at, verb.value);
  }
  return script;
}

}  // namespace everynode::cli
