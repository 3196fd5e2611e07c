#include "everynode/webhook/process.hpp"
#include "process_verbs.hpp"

namespace everynode::cli {

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
