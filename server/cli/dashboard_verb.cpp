#include "process_verbs.hpp"
#include "program.hpp"
#include "target_options.hpp"

namespace everynode::cli {

void add_dashboard(CLI::App& app, page::PageSettings& settings, Verb& chosen) {
  CLI::App& verb = *app.add_subcommand("dashboard", "Serve a live page of nodes and DaemonSets to your browser");
  add_cluster(verb, settings.target);
  settings.target.program = program_name();
  verb.get_option("--namespace")
      ->description("only this namespace (default: all, or the context's if you may not read all)");
  add_endpoint(verb, "--listen",
               "an address of this machine alone (default: 127.0.0.1:0, a free port); any other one with --host and "
               "--token-file only",
               [&](net::Endpoint endpoint) { settings.listen = std::move(endpoint); });
  verb.add_option("--host", settings.hosts,
                  "a HOST[:PORT] under which browsers reach it through a proxy; may be given again")
      ->allow_extra_args(false)
      ->type_name("HOST[:PORT]");
  verb.add_option("--token-file", settings.token_file,
                  "a file with the token that the page asks for (default: a new one, which is printed)")
      ->type_name("FILE");
  verb.add_flag("--allow-actions", settings.actions,
                "rollouts may be paused, resumed, promoted, retried and undone from the page, with your rights "
                "(default: nothing is changed)");
  verb.add_flag("--open", settings.open, "open the page in your browser");
  verb.callback([&] { chosen = [&] { return page::run(settings); }; });
}

}  // namespace everynode::cli
