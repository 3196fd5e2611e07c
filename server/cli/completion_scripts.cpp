#include <algorithm>

#include "completion.hpp"

namespace everynode::cli {
namespace {

using Kind = Value::Kind;

/// For bash, zsh and fish alike: in single quotes, where only a quote means something (in fish a backslash too).
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') {
      out += c == '\'' ? "'\\''" : "\\\\";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : std::string(between)) + word;
  return out;
}

/// What the tables of bash and zsh print of a value, a word to a line: its kind, then its words.
std::string value_line(const Value& value) {
  switch (value.kind) {
    case Kind::file:
      return "file";
    case Kind::words:
      return "words " + joined(value.words, " ");
    case Kind::names:
      return "names " + joined(value.words, " ");
    case Kind::none:
    case Kind::any:
      break;
  }
  return "any";
}

/// "  'explain') printf '%s\n' a b;;"
std::string table_line(const std::string& key, const std::string& words) {
  return words.empty() ? "" : "    " + key + ") printf '%s\\n' " + words + " ;;\n";
}

/// Three functions that bash and zsh both understand: the verbs below a verb, its options, and what stands behind an
/// option or, without one, behind the verb.
std::string tables(const std::vector<CompletedVerb>& verbs) {
  std::string below;
  std::string options;
  std::string values;
  for (const CompletedVerb& verb : verbs) {
    below += table_line(quoted(verb.path), joined(verb.verbs, " "));
    std::vector<std::string> names;
    for (const CompletedOption& option : verb.options) {
      names.insert(names.end(), option.names.begin(), option.names.end());
      if (option.value.kind == Kind::none) continue;
      std::vector<std::string> keys;
      for (const std::string& name : option.names) keys.push_back(quoted(verb.path + " " + name));
      values += table_line(joined(keys, " | "), value_line(option.value));
    }
    options += table_line(quoted(verb.path), joined(names, " "));
    if (verb.value.kind != Kind::none) values += table_line(quoted(verb.path + " "), value_line(verb.value));
  }
  const std::string end = "    *) return 1 ;;\n  esac\n}\n";
  return "_everynode_verbs() {\n  case $1 in\n" + below + end + "_everynode_options() {\n  case $1 in\n" + options +
         end + "_everynode_values() {\n  case $1 in\n" + values + end;
}

/// For bash and zsh. `program` is the caller's.
constexpr std::string_view walker = R"sh(
# Names from the cluster, asked with those options of the line that say which one.
_everynode_names() {
  "${program/#\~\//$HOME/}" __complete "$@" 2>/dev/null
}

# _everynode_candidates CURRENT BEFORE...: what can stand here, a word to a line; returns 2 where a file can.
_everynode_candidates() {
  local current=$1 verb="" option="" first="" count=0 word value kind what
  local -a cluster
  cluster=()
  shift
  for word in "$@"; do
    value=""
    case $word in
      --*=*) value=${word#*=} word=${word%%=*} ;;
    esac
    if [ -n "$option" ]; then
      if _everynode_values "__complete $option" >/dev/null; then cluster+=("$option" "${word/#\~\//$HOME/}"); fi
      option=""
    elif [ -n "$value" ]; then
      if _everynode_values "__complete $word" >/dev/null; then cluster+=("$word" "${value/#\~\//$HOME/}"); fi
    elif [ "${word#-}" != "$word" ]; then
      if _everynode_values "$verb $word" >/dev/null; then option=$word; fi
    elif _everynode_verbs "$verb" | grep -qxF -e "$word"; then
      verb="$verb${verb:+ }$word"
    else
      count=$((count + 1))
      if [ "$count" -eq 1 ]; then first=$word; fi
    fi
  done
  if [ -z "$option" ] && [ "${current#-}" != "$current" ]; then
    _everynode_options "$verb"
    return 0
  fi
  if [ -z "$option" ] && _everynode_verbs "$verb"; then return 0; fi
  what=$(_everynode_values "$verb $option") || return 0
  kind=${what%%$'\n'*}
  what=${what#*$'\n'}
  case $kind in
    file) return 2 ;;
    words) if [ -n "$option" ] || [ "$count" -eq 0 ]; then printf '%s\n' "$what"; fi ;;
    names)
      if [ -n "$option" ] || { [ "$count" -eq 1 ] && [ "${first%/*}" = "$first" ]; }; then
        _everynode_names "$what" "${cluster[@]}"
      elif [ "$count" -eq 0 ]; then
        local type=ds
        case $current in
          */*) type=${current%%/*} ;;
        esac
        _everynode_names "$what" "${cluster[@]}" | while IFS= read -r word; do printf '%s\n' "$type/$word"; done
      fi ;;
  esac
  return 0
}
)sh";

constexpr std::string_view bash_end = R"sh(
_everynode() {
  local program=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]} candidate found i
  local -a before
  before=()
  for ((i = 1; i < COMP_CWORD; i++)); do  # bash takes the = of --option=value for a word
    if [ "${COMP_WORDS[i]}" != = ]; then before+=("${COMP_WORDS[i]}"); fi
  done
  if [ "$current" = = ]; then current=""; fi
  COMPREPLY=()
  found=$(_everynode_candidates "$current" "${before[@]}")
  if [ $? -eq 2 ]; then
    compopt -o default 2>/dev/null
    return 0
  fi
  while IFS= read -r candidate; do
    if [ -n "$candidate" ] && [ "${candidate#"$current"}" != "$candidate" -o -z "$current" ]; then
      COMPREPLY+=("$candidate")
    fi
  done <<< "$found"
}
complete -F _everynode everynode kubectl-everynode
)sh";

constexpr std::string_view zsh_end = R"sh(
_everynode() {
  local program=${words[1]} current=${words[CURRENT]} found
  local -a before
  before=("${(@)words[2,CURRENT-1]}")
  if [[ $current == --*=* ]]; then
    before+=("${current%%=*}")
    current=${current#*=}
    compset -P '*='
  fi
  found=$(_everynode_candidates "$current" "${before[@]}")
  if [ $? -eq 2 ]; then
    _files
  else
    compadd -- ${(f)found}
  fi
}
if [ "${funcstack[1]}" = _everynode ]; then
  _everynode "$@"
else
  compdef _everynode everynode kubectl-everynode
fi
)sh";

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
      return " -x -a " + quoted(joined(value.words, " "));
    case Kind::names:
      return " -x -a " + quoted("(__everynode_names " + joined(value.words, " ") + ")");
  }
  return "";
}

std::string fish_option(const std::string& at, const CompletedOption& option) {
  std::string line = at;
  for (const std::string& name : option.names) {
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  return line + fish_value(option.value) + " -d " + quoted(option.help) + "\n";
}

/// What stands behind the verb itself.
std::string fish_words(const std::string& at, const Value& value) {
  if (value.kind == Kind::words) return at + " -a " + quoted(joined(value.words, " ")) + "\n";
  if (value.kind == Kind::names) {
    return at + " -a " + quoted("(__everynode_targets " + joined(value.words, " ") + ")") + "\n";
  }
  return "";
}

}  // namespace

std::string bash_script(const std::vector<CompletedVerb>& verbs) {
  return "# bash completion for everynode; load it with: source <(everynode completion bash)\n" + tables(verbs) +
         std::string(walker) + std::string(bash_end);
}

std::string zsh_script(const std::vector<CompletedVerb>& verbs) {
  return "#compdef everynode kubectl-everynode\n# zsh completion for everynode; load it with: source <(everynode "
         "completion zsh)\n" +
         tables(verbs) + std::string(walker) + std::string(zsh_end);
}

std::string fish_script(const std::vector<CompletedVerb>& verbs) {
  std::string script(fish_start);
  for (const CompletedVerb& verb : verbs) {
    if (verb.hidden) continue;
    const std::string path = verb.path.empty() ? "" : " " + verb.path;
    const std::string at = "complete -c everynode -n " + quoted("__everynode_at" + path);
    for (const std::string& name : verb.verbs) {
      const std::string full = verb.path + (verb.path.empty() ? "" : " ") + name;
      const auto named = std::ranges::find(verbs, full, &CompletedVerb::path);
      script += "complete -c everynode -n " + quoted("__everynode_verb_is_next" + path) + " -a " + name + " -d " +
                quoted(named == verbs.end() ? "" : named->help) + "\n";
    }
    for (const CompletedOption& option : verb.options) script += fish_option(at, option);
    script += fish_words(at, verb.value);
  }
  return script;
}

}  // namespace everynode::cli
