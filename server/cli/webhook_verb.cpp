#include <algorithm>

#include "everynode/objects/validation.hpp"
#include "everynode/webhook/process.hpp"
#include "process_verbs.hpp"

namespace everynode::cli {
namespace {

/// Of no other subject is there ever a token: with one misspelt, each call would be refused.
bool is_service_account(std::string_view subject) {
  constexpr std::string_view prefix = "system:serviceaccount:";
  if (!subject.starts_with(prefix)) return false;
  subject.remove_prefix(prefix.size());
  const auto colon = subject.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view name_space = subject.substr(0, colon);
  return !name_space.contains('.') && objects::is_subdomain(name_space) &&
         objects::is_subdomain(subject.substr(colon + 1));
}

std::string read_subjects(const std::string& list) {
  for (const std::string& subject : CLI::detail::split(list, ',')) {
    if (!subject.empty() && !is_service_account(subject))
      return "'" + subject + "' is no system:serviceaccount:NAMESPACE:NAME";
  }
  return {};
}

/// Who may ask for mutations.
void add_callers(CLI::App& verb, webhook::CallerSettings& settings) {
  CLI::Option* const authorities =
      verb.add_option("--tls-client-ca-file", settings.client_ca,
                      "CAs (PEM): answer only whom they gave a certificate; read again when it changes (off)")
          ->type_name("FILE");
  add_texts(verb, "--tls-client-allowed-names",
            "and only if its common name or an alternative name is one of these (any)", settings.client_names)
      ->needs(authorities);
  CLI::Option* const audiences =
      add_texts(verb, "--token-audiences", "answer only who shows a service account token for one of these (off)",
                settings.tokens.audiences);
  add_texts(verb, "--token-allowed-subjects",
            "whose token it may be, system:serviceaccount:NAMESPACE:NAME (who is attested to ask about all API groups)",
            settings.tokens.subjects)
      ->needs(audiences)
      ->check(CLI::Validator(read_subjects, ""));
  CLI::Option* const issuer = verb.add_option("--token-issuer", settings.tokens.issuer,
                                              "who must have issued it (what the API server says of itself)")
                                  ->type_name("URL")
                                  ->needs(audiences);
  verb.add_option("--token-keys-file", settings.token_keys,
                  "keys of tokens, a JSON Web Key Set; read again when it changes (those of the API server)")
      ->type_name("FILE")
      ->needs(issuer);
}

}  // namespace

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
  add_callers(verb, settings.callers);
  add_policy(verb, settings.config, settings.network_unavailable);
  verb.add_flag("--overlays", settings.overlays,
                "fit pods to their nodes by the cluster's DaemonSetOverlays; ready once these and the nodes are known");
  verb.add_option("--kubeconfig", settings.kubeconfig,
                  "how to reach the API server, for --overlays and for the keys of tokens (the pod's service account; "
                  "outside of pods KUBECONFIG, ~/.kube/config)")
      ->type_name("FILE");
  verb.add_option("--threads", settings.threads, "worker threads (default: as many as cores, 4 at most)")
      ->transform(decimal(1, 64));
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

}  // namespace everynode::cli
