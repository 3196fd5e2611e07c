#include "everynode/cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <map>
#include <thread>
#include <vector>

#include "completion.hpp"
#include "everynode/cli/decide.hpp"
#include "everynode/cli/plan.hpp"
#include "everynode/codec/printable.hpp"
#include "everynode/logging/version.hpp"
#include "explain.hpp"
#include "manual.hpp"
#include "overlay_explain.hpp"
#include "probe.hpp"
#include "process_verbs.hpp"
#include "program.hpp"
#include "rollout_verbs.hpp"
#include "target_options.hpp"
#include "verb_texts.hpp"

namespace everynode::cli {
namespace {

void add_decide(CLI::App& app, DecideSettings& settings, Verb& chosen) {
  CLI::App& verb = *app.add_subcommand(
      "decide", "Decide about the Pods and AdmissionReviews (JSON or YAML, also Lists) on standard input");
  const std::map<std::string, DecideOutput> outputs{{"patch", DecideOutput::patch},
                                                    {"pod", DecideOutput::pod},
                                                    {"review", DecideOutput::review},
                                                    {"explain", DecideOutput::explain}};
  verb.add_option("-o,--output", settings.output,
                  "patch (default): the JSON Patch; pod: the patched pod; review: the AdmissionReview "
                  "that answers; explain: for people. Of several objects: one JSON text after the other")
      ->transform(one_of(outputs))
      ->type_name("OUTPUT");
  add_policy(verb, settings.config, settings.network_unavailable);
  verb.add_option("--overlays", settings.overlays,
                  "fit the pods to their nodes by the DaemonSetOverlays (and PriorityClasses) in this file")
      ->type_name("FILE");
  verb.add_option("--nodes", settings.nodes,
                  "the Nodes that overlays select and reckon with (kubectl get nodes -o yaml)")
      ->type_name("FILE");
  verb.add_flag(
      "--exit-code", settings.exit_code,
      "exit with 0 patched, 3 unchanged, 4 skipped, 5 failed, of several the greatest (else 0 for all of them)");
  verb.callback([&] { chosen = [&] { return run_decide(settings); }; });
}

void add_plan(CLI::App& app, PlanSettings& settings, Verb& chosen) {
  CLI::App& verb = *app.add_subcommand("plan", "Show what the reconciler would do in the cluster on standard input");
  const std::map<std::string, PlanOutput> outputs{{"json", PlanOutput::json}, {"text", PlanOutput::text}};
  verb.add_option("-o,--output", settings.output, "json (default), text: for people")
      ->transform(one_of(outputs))
      ->type_name("OUTPUT");
  verb.add_option_function<std::string>(
          "--now",
          [&](const std::string& text) {
            settings.now = objects::parse_time(text);
            if (!settings.now) throw CLI::ValidationError("--now", "expected a time like 2026-01-31T12:00:00Z");
          },
          "plan as if it were this time")
      ->type_name("TIME");
  verb.callback([&] { chosen = [&] { return run_plan(settings); }; });
}

void add_explain(CLI::App& app, ExplainSettings& settings, Verb& chosen) {
  CLI::App& verb = *app.add_subcommand("explain", "Say why each node has, has not, or waits for a DaemonSet's pod");
  add_target_or_all(verb, settings.target);
  add_cluster(verb, settings.target);
  verb.add_option("--node", settings.node, "only this node")->type_name("NODE");
  verb.add_flag("--all", settings.all, "also the nodes of which there is nothing to say");
  verb.add_flag("-w,--watch", settings.follow, "go on with what changes");
  verb.add_flag("--try", settings.try_pod,
                "ask the API server, with a dry run, whether it and its webhooks would take a pod for the node "
                "(without --node: for one that lacks its pod)");
  const std::map<std::string, ExplainOutput> outputs{{"text", ExplainOutput::text},
                                                     {"wide", ExplainOutput::wide},
                                                     {"json", ExplainOutput::json},
                                                     {"yaml", ExplainOutput::yaml}};
  verb.add_option("-o,--output", settings.output, "text (default), wide, json, yaml")
      ->transform(one_of(outputs))
      ->type_name("OUTPUT");
  verb.callback([&] {
    const bool one = !settings.node.empty() || settings.try_pod;
    if (settings.target.all_namespaces && one)
      throw CLI::ValidationError("--node and --try are about one DaemonSet, and -A asks for those of all namespaces");
    chosen = [&] { return run_explain(settings); };
  });
}

void add_probe(CLI::App& app, ProbeSettings& settings, Verb& chosen) {
  CLI::App& verb = *app.add_subcommand("probe", "Ask a URL once: exit code 0 if the answer is 2xx");
  verb.add_option("url", settings.url, "http[s]://HOST[:PORT][/PATH]")->required()->type_name("URL");
  verb.add_option("--ca-file", settings.ca, "whom to trust (PEM; default: those that the system trusts)")
      ->type_name("FILE");
  add_seconds(verb, "--timeout", "how long to wait for the whole answer", settings.timeout);
  verb.callback([&] { chosen = [&] { return run_probe(settings); }; });
}

std::string name_and_version() {
  return "everynode " + std::string(logging::version());
}

void add_version(CLI::App& app, Verb& chosen) {
  app.set_version_flag("--version", name_and_version);
  CLI::App& verb = *app.add_subcommand("version", "Print the version");
  verb.callback([&] {
    chosen = [] {
      std::cout << name_and_version() << "\n";
      return 0;
    };
  });
}

/// The verb that was read last: where the words stopped to make sense.
const CLI::App& last_verb(const CLI::App& app) {
  const auto verbs = app.get_subcommands();
  return verbs.empty() ? app : last_verb(*verbs.back());
}

/// "'status' is no verb of everynode rollout, which has watch".
std::string missing_verb(const CLI::App& app) {
  const CLI::App& verb = last_verb(app);
  const std::vector<std::string> words = verb.remaining();
  const std::string name = &verb == &app ? program_name() : program_name() + " " + verb.get_name();
  std::string known;
  for (const CLI::App* const other :
       verb.get_subcommands([](const CLI::App* sub) { return !sub->get_group().empty(); })) {
    known += (known.empty() ? "" : ", ") + other->get_name();
  }
  return (words.empty() ? name + " needs a verb: " : "'" + words.front() + "' is no verb of " + name + ", which has ") +
         known;
}

/// All in one line, unlike CLI11's own, which names no verb that it misses.
std::string failure(const CLI::App* app, const CLI::Error& error) {
  const CLI::App& verb = last_verb(*app);
  const bool no_verb = error.get_name() == "RequiredError" && verb.get_require_subcommand_min() > 0;
  return program_name() + ": " + codec::printable(no_verb ? missing_verb(*app) : error.what()) + "; see --help\n";
}

/// CLI11's own exit codes tell its internals apart; ours tell usage from the rest.
int report(const CLI::App& app, const CLI::ParseError& error) {
  return app.exit(error) == 0 ? 0 : 2;
}

}  // namespace

int run_command_line(int argc, char** argv) {
  if (argc > 0) remember_name(argv[0]);
  CLI::App app("Everynode: one correct pod on every node", program_name());
  app.require_subcommand(1);
  app.failure_message(failure);
  let_the_last_win(app);
  webhook::WebhookSettings webhook;
  webhook.threads = std::clamp(std::thread::hardware_concurrency(), 1U, 4U);
  DecideSettings decide;
  Verb chosen;
  add_webhook(app, webhook, chosen);
  reconciler::ReconcilerSettings reconciler;
  add_reconciler(app, reconciler, chosen);
  add_decide(app, decide, chosen);
  PlanSettings plan;
  add_plan(app, plan, chosen);
  ExplainSettings explain;
  add_explain(app, explain, chosen);
  page::PageSettings page;
  add_dashboard(app, page, chosen);
  RolloutSettings rollout;
  add_rollout(app, rollout, chosen);
  OverlayExplainSettings overlay;
  add_overlay(app, overlay, chosen);
  ProbeSettings probe;
  add_probe(app, probe, chosen);
  add_version(app, chosen);
  CompletionSettings completion;
  add_completion(app, completion, chosen);
  std::filesystem::path manual;
  add_manual(app, manual, chosen);
  add_footers(app);
  refuse_flags_as_values(app);
  try {
    refuse_empty_values(argc, argv);
    app.parse(in_long_form(app, argc, argv));
    return with_output_written(chosen());
  } catch (const CLI::ParseError& error) {
    return with_output_written(report(app, error));
  } catch (const std::exception& error) {
    std::cerr << program_name() << ": " << codec::printable(error.what()) << "\n";
    return 2;
  }
}

}  // namespace everynode::cli
