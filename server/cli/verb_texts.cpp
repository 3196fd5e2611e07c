#include "verb_texts.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace everynode::cli {
namespace {

constexpr ExitCode wrong{.code = "2", .meaning = "wrong usage or input; one line says what and where"};
constexpr ExitCode unread{.code = "2", .meaning = "wrong usage, or the DaemonSet could not be read; one line says why"};

constexpr std::array<ExitCode, 3> of_program{
    {{.code = "0", .meaning = "done"}, {.code = "1", .meaning = "the answer is no"}, wrong}};
constexpr std::array<ExitCode, 3> of_webhook{
    {{.code = "0", .meaning = "ended by a signal; every request was answered"},
     {.code = "1", .meaning = "ended by a signal; connections had to be cut, or it was sent a second time"},
     wrong}};
constexpr std::array<ExitCode, 3> of_reconciler{
    {{.code = "0", .meaning = "ended by a signal"},
     {.code = "1", .meaning = "the lease was lost, or the signal was sent a second time"},
     wrong}};
constexpr std::array<ExitCode, 5> of_decide{{{.code = "0", .meaning = "decided; with --exit-code: patched"},
                                             wrong,
                                             {.code = "3", .meaning = "with --exit-code: unchanged"},
                                             {.code = "4", .meaning = "with --exit-code: skipped"},
                                             {.code = "5", .meaning = "with --exit-code: failed"}}};
constexpr std::array<ExitCode, 2> of_plan{{{.code = "0", .meaning = "planned"}, wrong}};
constexpr std::array<ExitCode, 3> of_explain{
    {{.code = "0", .meaning = "explained"},
     {.code = "1", .meaning = "with --try: the pod is refused; with --watch: the DaemonSet can be read no more"},
     unread}};
constexpr std::array<ExitCode, 3> of_rollout_watch{
    {{.code = "0", .meaning = "the rollout is complete"},
     {.code = "1", .meaning = "it was rolled back, the timeout is over, or the DaemonSet can be read no more"},
     unread}};
constexpr std::array<ExitCode, 3> of_rollout_status{
    {{.code = "0", .meaning = "the rollout is complete; with --watch=false: it has not failed"},
     {.code = "1",
      .meaning = "it has failed or was rolled back, another revision is rolled out, or the timeout is over"},
     unread}};
constexpr std::array<ExitCode, 3> of_rollout_history{
    {{.code = "0", .meaning = "shown"}, {.code = "1", .meaning = "there is no such revision"}, unread}};
constexpr std::array<ExitCode, 3> of_rollout_change{
    {{.code = "0", .meaning = "done"},
     {.code = "1", .meaning = "it cannot be done, or the API server refuses; one line says why and what to do"},
     unread}};
constexpr std::array<ExitCode, 2> of_overlay_explain{
    {{.code = "0", .meaning = "explained"},
     {.code = "2", .meaning = "wrong usage, or the pod or the node could not be read; one line says why"}}};
constexpr std::array<ExitCode, 3> of_probe{{{.code = "0", .meaning = "the answer is 2xx"},
                                            {.code = "1", .meaning = "it is another one, or there is none"},
                                            wrong}};

constexpr std::array<ExitCode, 2> of_dashboard{
    {{.code = "0", .meaning = "ended by a signal"},
     {.code = "2", .meaning = "wrong usage, or it could not begin; one line says why"}}};

constexpr std::array<VerbText, 17> texts{{
    {.path = "",
     .description =
         "Everynode makes the pods of DaemonSets right, and says why a node has none. It is one program: an "
         "admission webhook, a controller that takes the place of the in-tree DaemonSet controller, and "
         "verbs for people.\n\n"
         "On the PATH as kubectl-everynode it is a plugin of kubectl: \"kubectl everynode explain ds/agent\".",
     .exit_codes = of_program,
     .examples = {}},
    {.path = "webhook",
     .description =
         "The webhook pins each pod of a DaemonSet to its node when the pod is created, and adds the "
         "tolerations that it needs to start there. It fails open: whatever goes wrong, the pod is admitted.\n\n"
         "It reads its certificate and its policy again when they change. After SIGTERM it answers what is "
         "under way, and ends.\n\n"
         "It answers everybody, unless it is told to ask for client certificates or service account tokens.",
     .exit_codes = of_webhook,
     .examples = "everynode webhook --tls-cert-file tls.crt --tls-key-file tls.key"},
    {.path = "reconciler",
     .description =
         "The reconciler takes the place of the DaemonSet controller of kube-controller-manager, which must "
         "be off: --controllers=*,-daemonset-controller. Taking over restarts no pod, nor does handing back. "
         "Of several reconcilers the one that holds the lease acts.",
     .exit_codes = of_reconciler,
     .examples = "everynode reconciler --kubeconfig reconciler.kubeconfig"},
    {.path = "decide",
     .description = "Reads every document and every List of its standard input, in order, and says on standard error "
                    "how many Pods and AdmissionReviews there were. YAML is read as kubectl reads it. With --overlays "
                    "--output explain also shows how amounts come about, and why an overlay is left out.",
     .exit_codes = of_decide,
     .examples = "kubectl get pods -o yaml | everynode decide --output pod"},
    {.path = "plan",
     .description = "Reads DaemonSets, Nodes, Pods and ControllerRevisions, and says what the reconciler would create, "
                    "delete and write. It asks no cluster.",
     .exit_codes = of_plan,
     .examples = "kubectl get daemonsets,nodes,pods,controllerrevisions -A -o json |\n  everynode plan -o text"},
    {.path = "explain",
     .description = "Shows the nodes of a DaemonSet: which have their pod, which have not, and why. It reads the "
                    "cluster once, and changes nothing.",
     .exit_codes = of_explain,
     .examples = "everynode explain daemonset agent -n kube-system\neverynode explain ds/agent --node worker-1"},
    {.path = "dashboard",
     .description =
         "Serves a page to the browsers of this machine: nodes and DaemonSets, live, with the rights of your "
         "kubeconfig. "
         "It changes nothing in the cluster without --allow-actions. It prints the page's address, with a token "
         "without which nobody gets "
         "anything, and ends with Ctrl-C.\n\n"
         "Whoever may read one namespace only sees that one. An API server that is lost does not end it: the page "
         "shows what was seen last, and says how old that is.",
     .exit_codes = of_dashboard,
     .examples = "everynode dashboard --open\neverynode dashboard -n kube-system --listen 127.0.0.1:8090"},
    {.path = "rollout watch",
     .description = "Shows a rollout until \"kubectl rollout status\" would call it complete. A busy or absent API "
                    "server does not end it: what was seen last stays, with its age.",
     .exit_codes = of_rollout_watch,
     .examples = "everynode rollout watch daemonset agent -n kube-system --timeout 600"},
    {.path = "rollout status",
     .description =
         "Waits as \"kubectl rollout status\" does, and says the same; also for DaemonSets with updateStrategy "
         "OnDelete. With a RolloutPolicy a rollout is complete when all nodes but the deferred ones have the revision; "
         "it fails when the policy stops it or rolls it back.",
     .exit_codes = of_rollout_status,
     .examples = "everynode rollout status ds/agent -n kube-system --timeout 10m"},
    {.path = "rollout history",
     .description = "Lists the revisions of a DaemonSet as \"kubectl rollout history\" does, and says which one is "
                    "current, which was complete last and which were rolled back, as far as a RolloutPolicy remembers "
                    "it.",
     .exit_codes = of_rollout_history,
     .examples = "everynode rollout history ds/agent -o wide\neverynode rollout history ds/agent --revision=3"},
    {.path = "rollout pause",
     .description = "Sets spec.paused of the RolloutPolicy that serves the DaemonSet, and so stops the rollouts of all "
                    "that it serves. Missing pods are still created.",
     .exit_codes = of_rollout_change,
     .examples = "everynode rollout pause ds/agent -n kube-system"},
    {.path = "rollout resume",
     .description = "Takes back what pause did.",
     .exit_codes = of_rollout_change,
     .examples = "everynode rollout resume ds/agent -n kube-system"},
    {.path = "rollout promote",
     .description = "Records in the status of the RolloutPolicy that the wave on hold may go on, for the revision that "
                    "is current.",
     .exit_codes = of_rollout_change,
     .examples = "everynode rollout promote ds/agent -n kube-system"},
    {.path = "rollout undo",
     .description = "Puts the template of an earlier revision back, byte for byte as \"kubectl rollout undo\" does.",
     .exit_codes = of_rollout_change,
     .examples = "everynode rollout undo ds/agent --to-revision=3 --dry-run=server"},
    {.path = "rollout retry",
     .description = "A revision that a RolloutPolicy has rolled back is not rolled out again until its template "
                    "changes. This takes the current revision off that list.",
     .exit_codes = of_rollout_change,
     .examples = "everynode rollout retry ds/agent -n kube-system"},
    {.path = "overlay explain",
     .description =
         "Asks the cluster what the DaemonSetOverlays of the namespace make of a pod, or of each daemon pod on "
         "a node: which match, which field is from which one and over which others, how amounts come about, "
         "and what the pod that runs would get otherwise now. With -o json or yaml all of it, in one object.",
     .exit_codes = of_overlay_explain,
     .examples = "everynode overlay explain pod/agent-4pzfv -n kube-system\n"
                 "everynode overlay explain node/worker-1 -n kube-system -o json"},
    {.path = "probe",
     .description = {},
     .exit_codes = of_probe,
     .examples = "everynode probe http://127.0.0.1:9090/readyz"},
}};

std::string footer(const VerbText& text) {
  std::string shown;
  for (const ExitCode& exit : text.exit_codes) {
    shown += shown.empty() ? "Exit codes:\n" : "";
    shown.append("  ").append(exit.code).append("  ").append(exit.meaning).append("\n");
  }
  if (text.examples.empty()) return shown;
  shown += "\nExamples:\n  ";
  for (const char c : text.examples) shown.append(c == '\n' ? "\n  " : std::string(1, c));
  return shown + "\n";
}

void add_below(CLI::App& app, const std::string& path) {
  if (const VerbText* const text = text_of(path)) app.footer(footer(*text));
  for (CLI::App* const verb : app.get_subcommands([](CLI::App*) { return true; })) {
    add_below(*verb, path + (path.empty() ? "" : " ") + verb->get_name());
  }
}

}  // namespace

const VerbText* text_of(std::string_view path) {
  const auto* const found = std::ranges::find(texts, path, &VerbText::path);
  return found == texts.end() ? nullptr : found;
}

std::span<const VerbText> verb_texts() {
  return texts;
}

void add_footers(CLI::App& app) {
  add_below(app, "");
}

}  // namespace everynode::cli
