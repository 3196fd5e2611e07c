#include "completion.hpp"
#include "everynode/codec/shell_word.hpp"
#include "shell_text.hpp"

namespace everynode::cli {
namespace {

using codec::in_single_quotes;

using Kind = Value::Kind;

/// A value as the tables of bash and zsh print it, a word per line: its kind, then its words.
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

/// "'explain --output' | 'explain -o'"
std::string keys_of(const CompletedVerb& verb, const CompletedOption& option) {
  std::string keys;
  for (const std::string& name : option.names) {
    std::string key = verb.path;
    key.append(" ").append(name);
    keys.append(keys.empty() ? "" : " | ").append(in_single_quotes(key));
  }
  return keys;
}

/// Three functions in the common syntax of bash and zsh: the verbs below a verb, its options, and the values of an
/// option or, without one, of the verb.
std::string tables(const std::vector<CompletedVerb>& verbs) {
  std::string below;
  std::string options;
  std::string values;
  for (const CompletedVerb& verb : verbs) {
    below += table_line(in_single_quotes(verb.path), joined(verb.verbs, " "));
    std::vector<std::string> names;
    for (const CompletedOption& option : verb.options) {
      names.insert(names.end(), option.names.begin(), option.names.end());
      if (option.value.kind == Kind::none) continue;
      values += table_line(keys_of(verb, option), value_line(option.value));
    }
    options += table_line(in_single_quotes(verb.path), joined(names, " "));
    if (verb.value.kind != Kind::none) values += table_line(in_single_quotes(verb.path + " "), value_line(verb.value));
  }
  const std::string end = "    *) return 1 ;;\n  esac\n}\n";
  return "_everynode_verbs() {\n  case $1 in\n" + below + end + "_everynode_options() {\n  case $1 in\n" + options +
         end + "_everynode_values() {\n  case $1 in\n" + values + end;
}

/// For bash and zsh. The caller sets `program`.
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

/// kubectl wants a directive of Go's cobra after the candidates: 4 no files, 0 files.
constexpr std::string_view kubectl_end = R"sh(
program=kubectl-everynode
current=${*: -1}
found=$(_everynode_candidates "$current" "${@:1:$#-1}")
if [ $? -eq 2 ]; then
  echo :0
  exit 0
fi
while IFS= read -r candidate; do
  case $candidate in
    "$current"*) printf '%s\n' "$candidate" ;;
  esac
done <<< "$found"
echo :4
)sh";

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

std::string kubectl_script(const std::vector<CompletedVerb>& verbs) {
  return "#!/usr/bin/env bash\n# kubectl_complete-everynode: kubectl runs it to complete its plugin\n" + tables(verbs) +
         std::string(walker) + std::string(kubectl_end);
}

}  // namespace everynode::cli
