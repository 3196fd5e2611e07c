#include "rollout_verbs.hpp"

#include "target_options.hpp"

namespace everynode::cli {
namespace {

CLI::App& add_verb(CLI::App& rollout, const std::string& name, const std::string& help, inspection::Target& target) {
  CLI::App& verb = *rollout.add_subcommand(name, help);
  add_target(verb, target.name);
  add_cluster(verb, target);
  return verb;
}

void add_revision(CLI::App& verb, const std::string& flag, const std::string& help, std::int64_t& revision) {
  constexpr std::uint64_t most = std::uint64_t{1} << 53U;
  verb.add_option(flag, revision, help)->type_name("N")->transform(decimal(0, most));
}

void add_watch(CLI::App& rollout, RolloutWatchSettings& settings, Verb& chosen) {
  CLI::App& verb =
      add_verb(rollout, "watch", "Show a DaemonSet's rollout, node by node, until it is complete", settings.target);
  add_seconds(verb, "--interval",
              "between two lines at least, when they are no picture on a terminal (0: a line for each change)",
              settings.interval);
  add_duration(verb, "--timeout", "give up after this (0: never)", settings.timeout);
  const std::map<std::string, RolloutOutput> outputs{
      {"text", RolloutOutput::text}, {"json", RolloutOutput::json}, {"yaml", RolloutOutput::yaml}};
  verb.add_option("-o,--output", settings.output, "text (default); json, yaml: an object for each change")
      ->transform(one_of(outputs))
      ->type_name("OUTPUT");
  verb.callback([&] { chosen = [&] { return run_rollout_watch(settings); }; });
}

void add_status(CLI::App& rollout, RolloutStatusSettings& settings, Verb& chosen) {
  CLI::App& verb = add_verb(rollout, "status", "Wait until a rollout is complete, or has failed", settings.target);
  verb.add_flag("-w,--watch", settings.watch, "wait (default); --watch=false only says how it goes");
  add_duration(verb, "--timeout", "give up after this (0: never)", settings.timeout);
  add_revision(verb, "--revision", "fail unless this is the revision that is rolled out (0: any)", settings.revision);
  verb.callback([&] { chosen = [&] { return run_rollout_status(settings); }; });
}

void add_history(CLI::App& rollout, RolloutHistorySettings& settings, Verb& chosen) {
  CLI::App& verb =
      add_verb(rollout, "history", "Show a DaemonSet's revisions: which one is current, which failed", settings.target);
  add_revision(verb, "--revision", "show the template of this one (0: list all)", settings.revision);
  const std::map<std::string, HistoryOutput> outputs{{"text", HistoryOutput::text},
                                                     {"wide", HistoryOutput::wide},
                                                     {"json", HistoryOutput::json},
                                                     {"yaml", HistoryOutput::yaml}};
  verb.add_option("-o,--output", settings.output, "text (default), wide, json, yaml")
      ->transform(one_of(outputs))
      ->type_name("OUTPUT");
  verb.callback([&] { chosen = [&] { return run_rollout_history(settings); }; });
}

CLI::App& add_change(CLI::App& rollout, const std::string& name, const std::string& help,
                     RolloutChangeSettings& settings, Verb& chosen) {
  using inspection::DryRun;
  CLI::App& verb = add_verb(rollout, name, help, settings.target);
  const std::map<std::string, DryRun> words{{"none", DryRun::none}, {"server", DryRun::server}};
  verb.add_option("--dry-run", settings.dry_run,
                  "server: let the API server judge and answer, but change nothing; none (default)")
      ->transform(one_of(words))
      ->type_name("WHERE");
  verb.callback([&] { chosen = [&] { return run_rollout_change(settings); }; });
  return verb;
}

}  // namespace

void add_rollout(CLI::App& app, RolloutSettings& settings, Verb& chosen) {
  CLI::App& rollout = *app.add_subcommand("rollout", "Follow a rollout, look back on it, steer it");
  rollout.require_subcommand(1);
  add_status(rollout, settings.status, chosen);
  add_watch(rollout, settings.watch, chosen);
  add_history(rollout, settings.history, chosen);
  add_change(rollout, "pause", "Stop the rollouts of the RolloutPolicy that serves a DaemonSet", settings.pause,
             chosen);
  add_change(rollout, "resume", "Let a paused RolloutPolicy go on", settings.resume, chosen);
  CLI::App& promote = add_change(rollout, "promote", "Let the wave that is on hold go on", settings.promote, chosen);
  promote
      .add_option("--wave", settings.promote.wish.wave, "this wave, before it is on hold, such as canary or zones/a")
      ->type_name("WAVE");
  CLI::App& undo = add_change(rollout, "undo", "Go back to an earlier revision", settings.undo, chosen);
  add_revision(undo, "--to-revision", "this one (0: the one before the newest)", settings.undo.wish.to_revision);
  add_change(rollout, "retry", "Roll a revision out again that was rolled back", settings.retry, chosen);
}

}  // namespace everynode::cli
