#include "everynode/kube/shard.hpp"
#include "everynode/objects/validation.hpp"
#include "everynode/reconciler/process.hpp"
#include "process_verbs.hpp"

namespace everynode::cli {
namespace {

/// "NAMESPACE/NAME", with the characters that names of objects have (RFC 1123): they go into certificates and URLs.
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

std::string read_taint_key(const std::string& key) {
  return objects::is_label_key(key) ? std::string{} : "'" + key + "' is no key of a taint";
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

}  // namespace

void add_reconciler(CLI::App& app, reconciler::ReconcilerSettings& settings, Verb& chosen) {
  CLI::App& verb =
      *app.add_subcommand("reconciler", "Run the DaemonSet controller, keep the webhook's certificate, or both");
  verb.add_option("--kubeconfig", settings.kubeconfig,
                  "how to reach the API server (default: the pod's service account, else KUBECONFIG, else "
                  "~/.kube/config)")
      ->type_name("FILE");
  add_endpoint(verb, "--metrics-listen", "address of the plain port for /metrics, /healthz and /readyz (off)",
               [&](net::Endpoint e) { settings.metrics_listen = std::move(e); });
  const std::map<std::string, reconciler::Mode> modes{{"takeover", reconciler::Mode::takeover},
                                                      {"companion", reconciler::Mode::companion},
                                                      {"certificates", reconciler::Mode::certificates}};
  verb.add_option("--mode", settings.mode,
                  "takeover: be the DaemonSet controller, the in-tree one must be off; companion: beside it, roll out "
                  "DaemonSets with updateStrategy OnDelete as RolloutPolicies say; certificates: only keep the "
                  "webhook's (default: as --take-over says)")
      ->transform(one_of(modes));
  add_truth(verb, "--take-over", settings.take_over, "the mode takeover, or without it certificates");
  add_truth(verb, "--mind-nodes", settings.mind_nodes,
            "takeover: no pods for nodes that shut down, off at once from nodes out of service, and soon from nodes "
            "that have "
            "gone; without, as the in-tree controller does");
  verb.add_option("--startup-taint", settings.startup_taint,
                  "take this taint off a node when the DaemonSets with the annotation everynode.dev/startup=required "
                  "have an available pod there, e.g. everynode.dev/starting (off)")
      ->type_name("KEY")
      ->check(CLI::Validator(read_taint_key, ""));
  add_truth(verb, "--status-conditions", settings.status_conditions,
            "write the conditions Progressing and Degraded of DaemonSets; without, those that were written go");
  add_truth(verb, "--overlays", settings.overlays,
            "fit the pods that it makes to their nodes by DaemonSetOverlays, find pods that lack them, and write the "
            "overlays' status; give it where the webhook has it (default: false)");
  add_truth(verb, "--streaming-lists", settings.streaming_lists,
            "begin with watches that tell all objects first, where the API server has WatchList, and not with lists in "
            "pages: sooner, and more work for an API server from 1.34 on (default: false)");
  add_truth(verb, "--leader-elect", settings.leader_elect, "act only while holding the lease");
  verb.add_option("--shards", settings.shards,
                  "cut the namespaces into so many shards, each with a Lease, that the replicas share; needs API "
                  "servers with ShardedListAndWatch (Kubernetes 1.38, or the feature gate since 1.36)")
      ->transform(decimal(1, kube::most_shards))
      ->capture_default_str();
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

}  // namespace everynode::cli
