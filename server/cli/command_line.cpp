#include "everynode/cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <set>
#include <thread>

#include "everynode/cli/decide.hpp"
#include "everynode/cli/plan.hpp"
#include "everynode/codec/printable.hpp"
#include "everynode/logging/version.hpp"
#include "everynode/reconciler/process.hpp"
#include "everynode/reconciler/settings.hpp"
#include "everynode/webhook/policy_file.hpp"
#include "everynode/webhook/process.hpp"
#include "everynode/webhook/settings.hpp"
#include "explain.hpp"
#include "option_rules.hpp"
#include "probe.hpp"

namespace everynode::cli {
namespace {

using admission::NetworkUnavailable;
using Verb = std::function<int()>;

void add_endpoint(CLI::App& verb, const std::string& flag, const std::string& help,
                  std::function<void(net::Endpoint)> store) {
  const auto parse = [store = std::move(store)](const std::string& text) {
    try {
      store(net::Endpoint::parse(text));
    } catch (const std::invalid_argument& error) {
      throw CLI::ValidationError(error.what());
    }
  };
  verb.add_option_function<std::string>(flag, parse, help)->type_name("IP:PORT");
}

void add_seconds(CLI::App& verb, const std::string& flag, const std::string& help, std::chrono::seconds& target,
                 unsigned most = 3600) {
  verb.add_option_function<unsigned>(
          flag, [&target](unsigned value) { target = std::chrono::seconds(value); }, help)
      ->type_name("SECONDS")
      ->transform(decimal(0, most))
      ->default_str(std::to_string(target.count()));
}

void add_policy(CLI::App& verb, std::filesystem::path& config, std::optional<NetworkUnavailable>& network_unavailable) {
  verb.add_option("--config", config, "policy file (YAML): networkUnavailable, ownerKinds, tolerations")
      ->type_name("FILE");
  const std::map<std::string, NetworkUnavailable> words{{"always", NetworkUnavailable::always},
                                                        {"host-network", NetworkUnavailable::host_network},
                                                        {"never", NetworkUnavailable::never}};
  verb.add_option_function<NetworkUnavailable>(
          "--network-unavailable", [&](NetworkUnavailable value) { network_unavailable = value; },
          "which DaemonSet pods get to tolerate network-unavailable: always (default), host-network, never")
      ->transform(one_of(words))
      ->type_name("WHEN");
}

template <class Settings>
void add_log(CLI::App& verb, Settings& settings) {
  const std::map<std::string, logging::Format> formats{
      {"auto", logging::Format::automatic}, {"json", logging::Format::json}, {"text", logging::Format::text}};
  const std::map<std::string, logging::Level> levels{{"debug", logging::Level::debug},
                                                     {"info", logging::Level::info},
                                                     {"warning", logging::Level::warning},
                                                     {"error", logging::Level::error}};
  verb.add_option("--log-format", settings.log_format, "auto (text on a terminal, else JSON), json, text")
      ->transform(one_of(formats))
      ->type_name("FORMAT");
  verb.add_option("--log-level", settings.log_level, "debug, info, warning, error")
      ->transform(one_of(levels))
      ->type_name("LEVEL");
}

void add_webhook(CLI::App& app, webhook::WebhookSettings& settings, Verb& chosen) {
  CLI::App& verb = *app.add_subcommand("webhook", "Serve the mutating admission webhook");
  add_endpoint(verb, "--listen", "address of the TLS port (0.0.0.0:8443)",
               [&](net::Endpoint e) { settings.listen = std::move(e); });
  add_endpoint(verb, "--metrics-listen", "address of the plain port for /metrics, /healthz and /readyz (off)",
               [&](net::Endpoint e) { settings.metrics_listen = std::move(e); });
  verb.add_option("--tls-cert-file", settings.certificate, "certificate chain (PEM); read again when it changes")
      ->required()
      ->type_name("FILE");
  verb.add_option("--tls-key-file", settings.key, "its private key (PEM)")->required()->type_name("FILE");
  const std::map<std::string, net::TlsVersion> versions{{"1.2", net::TlsVersion::v1_2}, {"1.3", net::TlsVersion::v1_3}};
  verb.add_option("--tls-min-version", settings.tls_minimum, "1.3 (default) or 1.2")
      ->transform(one_of(versions))
      ->type_name("VERSION");
  add_policy(verb, settings.config, settings.network_unavailable);
  verb.add_option("--threads", settings.threads, "worker threads")->transform(decimal(1, 64))->capture_default_str();
  verb.add_option("--max-connections", settings.limits.connections, "open connections at most")
      ->transform(decimal(1, 1'000'000))
      ->capture_default_str();
  verb.add_option("--max-in-flight", settings.limits.in_flight, "requests at most at one time; more get 429")
      ->transform(decimal(1, 1'000'000))
      ->capture_default_str();
  add_seconds(verb, "--drain-delay", "from SIGTERM until connections are no longer accepted", settings.drain_delay);
  add_seconds(verb, "--drain-timeout", "from then until open connections are cut", settings.drain_timeout);
  add_log(verb, settings);
  verb.callback([&] { chosen = [&] { return webhook::run_webhook(settings); }; });
}

/// "NAMESPACE/NAME", with what names of objects are made of (RFC 1123): they go into certificates and URLs.
CLI::Option* add_object(CLI::App& verb, const std::string& flag, const std::string& help,
                        std::function<void(kube::ObjectKey)> store) {
  const auto parse = [flag, store = std::move(store)](const std::string& text) {
    constexpr const char* allowed = "abcdefghijklmnopqrstuvwxyz0123456789-.";
    const auto slash = text.find('/');
    kube::ObjectKey key{.namespace_ = text.substr(0, slash),
                        .name = slash == std::string::npos ? "" : text.substr(slash + 1)};
    const bool good = !key.namespace_.empty() && !key.name.empty() &&
                      (key.namespace_ + key.name).find_first_not_of(allowed) == std::string::npos;
    if (!good) throw CLI::ValidationError(flag, "expected NAMESPACE/NAME, not '" + text + "'");
    store(std::move(key));
  };
  return verb.add_option_function<std::string>(flag, parse, help)->type_name("NAMESPACE/NAME");
}

cluster::CertificateNames& names_in(reconciler::ReconcilerSettings& settings) {
  return settings.certificates ? *settings.certificates : settings.certificates.emplace();
}

void add_certificates(CLI::App& verb, reconciler::ReconcilerSettings& settings) {
  constexpr unsigned century = 100U * 365 * 24 * 3600;
  protocol::CertificateSettings& times = settings.certificate_settings;
  CLI::Option* const secret =
      add_object(verb, "--certificate-secret", "keep the webhook's certificate in this Secret, its CA in NAME-ca (off)",
                 [&](kube::ObjectKey key) { names_in(settings).secret = std::move(key); });
  CLI::Option* const service =
      add_object(verb, "--certificate-service", "the webhook's Service: what the certificate is for",
                 [&](kube::ObjectKey key) { names_in(settings).service = std::move(key); });
  CLI::Option* const webhook =
      verb.add_option_function<std::string>(
              "--certificate-webhook", [&](const std::string& name) { names_in(settings).webhook = name; },
              "the MutatingWebhookConfiguration whose caBundle is kept")
          ->type_name("NAME");
  secret->needs(service, webhook);
  service->needs(secret);
  webhook->needs(secret);
  add_seconds(verb, "--certificate-lifetime", "life of a certificate; renewed after two thirds of it", times.leaf_life,
              century);
  add_seconds(verb, "--certificate-ca-lifetime", "life of a CA; a new one is made after two thirds of it",
              times.authority_life, century);
  add_seconds(verb, "--certificate-settle-time", "how long a new CA is in the caBundle before it signs", times.settle,
              century);
}

void add_reconciler(CLI::App& app, reconciler::ReconcilerSettings& settings, Verb& chosen) {
  CLI::App& verb =
      *app.add_subcommand("reconciler", "Run the DaemonSet controller, keep the webhook's certificate, or both");
  verb.add_option("--kubeconfig", settings.kubeconfig,
                  "how to reach the API server (default: the pod's service account, else KUBECONFIG, else "
                  "~/.kube/config)")
      ->type_name("FILE");
  add_endpoint(verb, "--metrics-listen", "address of the plain port for /metrics, /healthz and /readyz (off)",
               [&](net::Endpoint e) { settings.metrics_listen = std::move(e); });
  add_truth(verb, "--take-over", settings.take_over, "act for DaemonSets; their in-tree controller must be off");
  add_truth(verb, "--status-conditions", settings.status_conditions,
            "write the conditions Progressing and Degraded of DaemonSets; without, those that were written go");
  add_truth(verb, "--leader-elect", settings.leader_elect, "act only while holding the lease");
  verb.add_option("--lease-name", settings.lease_name, "the Lease of the election")->capture_default_str();
  verb.add_option("--lease-namespace", settings.lease_namespace, "its namespace (default: our own, else kube-system)");
  add_seconds(verb, "--lease-duration", "how long others wait for a leader that has gone", settings.lease_duration);
  add_seconds(verb, "--lease-renew-deadline", "how long a leader acts after its last renewal", settings.renew_deadline);
  add_seconds(verb, "--lease-retry-period", "how often the lease is looked at", settings.retry_period);
  verb.add_option("--concurrent-syncs", settings.concurrent_syncs, "DaemonSets worked on at one time")
      ->transform(decimal(1, 1000))
      ->capture_default_str();
  verb.add_option("--max-connections", settings.connections, "connections to the API server, watches not counted")
      ->transform(decimal(1, 1000))
      ->capture_default_str();
  add_certificates(verb, settings);
  add_log(verb, settings);
  verb.callback([&] { chosen = [&] { return reconciler::run_reconciler(settings); }; });
}

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

void add_look(CLI::App& verb, inspection::LookSettings& settings, std::string& kind) {
  const std::set<std::string> kinds{"daemonset", "daemonsets", "ds"};
  verb.add_option("KIND", kind, "daemonset, or ds")->required()->check(CLI::IsMember(kinds))->type_name("");
  verb.add_option("NAME", settings.name, "its name")->required()->type_name("");
  verb.add_option("-n,--namespace", settings.namespace_, "its namespace (default: the context's)")->type_name("NS");
  verb.add_option("--kubeconfig", settings.kubeconfig,
                  "how to reach the API server (default: where kubectl would look)")
      ->type_name("FILE");
  verb.add_option("--context", settings.overrides.context, "the kubeconfig's context (default: its current-context)")
      ->type_name("NAME");
  verb.add_option("--cluster", settings.overrides.cluster, "the kubeconfig's cluster (default: the context's)")
      ->type_name("NAME");
  verb.add_option("--user", settings.overrides.user, "the kubeconfig's user (default: the context's)")
      ->type_name("NAME");
}

void add_explain(CLI::App& app, ExplainSettings& settings, std::string& kind, Verb& chosen) {
  CLI::App& verb = *app.add_subcommand("explain", "Say why each node has, has not, or waits for a DaemonSet's pod");
  add_look(verb, settings.look, kind);
  verb.add_option("--node", settings.node, "only this node")->type_name("NODE");
  verb.add_flag("--all", settings.all, "also the nodes of which there is nothing to say");
  const std::map<std::string, ExplainOutput> outputs{{"text", ExplainOutput::text}, {"json", ExplainOutput::json}};
  verb.add_option("-o,--output", settings.output, "text (default), json")
      ->transform(one_of(outputs))
      ->type_name("OUTPUT");
  verb.callback([&] { chosen = [&] { return run_explain(settings); }; });
}

void add_rollout(CLI::App& app, RolloutWatchSettings& settings, std::string& kind, Verb& chosen) {
  CLI::App& rollout = *app.add_subcommand("rollout", "Follow a rollout");
  rollout.require_subcommand(1);
  CLI::App& verb = *rollout.add_subcommand("watch", "Show a DaemonSet's rollout, node by node, until it is complete");
  add_look(verb, settings.look, kind);
  add_seconds(verb, "--interval", "between two looks", settings.interval);
  add_seconds(verb, "--timeout", "give up after this (0: never)", settings.timeout);
  verb.callback([&] { chosen = [&] { return run_rollout_watch(settings); }; });
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

/// All in one line, unlike CLI11's own.
std::string failure(const CLI::App*, const CLI::Error& error) {
  return "everynode: " + std::string(error.what()) + "; see --help\n";
}

/// CLI11's own exit codes tell its internals apart; ours tell usage from the rest.
int report(const CLI::App& app, const CLI::ParseError& error) {
  return app.exit(error) == 0 ? 0 : 2;
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app("Everynode: one correct pod on every node", "everynode");
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
  std::string kind;
  ExplainSettings explain;
  add_explain(app, explain, kind, chosen);
  RolloutWatchSettings rollout_watch;
  add_rollout(app, rollout_watch, kind, chosen);
  ProbeSettings probe;
  add_probe(app, probe, chosen);
  add_version(app, chosen);
  refuse_flags_as_values(app);
  try {
    refuse_empty_values(argc, argv);
    app.parse(argc, argv);
    return chosen();
  } catch (const CLI::ParseError& error) {
    return report(app, error);
  } catch (const std::exception& error) {
    std::cerr << "everynode: " << codec::printable(error.what()) << "\n";
    return 2;
  }
}

}  // namespace everynode::cli
