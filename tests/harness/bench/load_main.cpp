// everynode_load: puts load on a webhook from the command line and prints the report as one JSON object.
#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "load.hpp"

namespace {

using everynode::support::LoadOptions;
using everynode::support::LoadReport;
using everynode::support::Target;

Target target_from(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) throw CLI::ValidationError("--target", text + " is not HOST:PORT");
  int port = 0;
  try {
    port = std::stoi(text.substr(colon + 1));
  } catch (const std::logic_error&) {
    port = 0;
  }
  if (port < 1 || port > 65535) throw CLI::ValidationError("--target", text + " has no port from 1 to 65535");
  return {.host = text.substr(0, colon), .port = static_cast<std::uint16_t>(port)};
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

nlohmann::ordered_json json_from(const LoadReport& report) {
  nlohmann::ordered_json json = {{"sent", report.sent}, {"ok", report.ok}};
  json["failed"] = nlohmann::ordered_json::object();
  for (const auto& [reason, count] : report.failed) json["failed"][name(reason)] = count;
  json["statuses"] = nlohmann::ordered_json::object();
  for (const auto& [status, count] : report.statuses) json["statuses"][std::to_string(status)] = count;
  json["failure_examples"] = report.failure_examples;
  json["missed"] = report.missed;
  json["seconds"] = std::chrono::duration<double>(report.elapsed).count();
  json["requests_per_second"] = report.requests_per_second;
  json["latency_ns"] = {{"p50", report.p50.count()},
                        {"p99", report.p99.count()},
                        {"p99.9", report.p999.count()},
                        {"max", report.max.count()}};
  json["connections_opened"] = report.connections_opened;
  json["idle_closed"] = report.idle_closed;
  json["opened_by_target"] = report.opened_by_target;
  json["certificates"] = nlohmann::ordered_json::array();
  for (const auto& seen : report.certificates) {
    json["certificates"].push_back({{"sha256", seen.fingerprint}, {"connections", seen.connections}});
  }
  return json;
}

// Waits for SIGINT or SIGTERM on a thread of its own and stops the load, so that the report is still printed.
std::jthread stop_on_signal(std::stop_source& source) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return std::jthread([signals, &source](const std::stop_token& done) {
    const timespec pause{.tv_sec = 0, .tv_nsec = 50'000'000};
    while (!done.stop_requested()) {
      if (sigtimedwait(&signals, nullptr, &pause) > 0) source.request_stop();
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Puts load on an admission webhook and prints a JSON report. Ends with 1 if a request failed."};
  LoadOptions options;
  std::vector<std::string> targets;
  std::string body_file;
  double seconds = 0;
  double warm_up_seconds = 0;
  double timeout_seconds = 10;
  std::uint64_t requests = 0;
  bool new_connections = false;
  app.add_option("--target", targets,
                 "HOST:PORT; several: new connections go to those whose readiness path answers 200")
      ->required();
  app.add_option("--body", body_file, "file to POST; without it, the path is asked with GET");
  app.add_option("--path", options.path, "path and query")->capture_default_str();
  app.add_option("--content-type", options.content_type)->capture_default_str();
  app.add_option("--expect", options.expect, "text that a good answer contains");
  app.add_option("--connections", options.connections)->capture_default_str()->check(CLI::Range(1U, 10'000U));
  app.add_flag("--new-connections", new_connections, "a connection, and so a handshake, for each request");
  app.add_option("--rate", options.rate, "requests per second over all; 0: as fast as answers come")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--seconds", seconds, "how long")->check(CLI::PositiveNumber);
  app.add_option("--requests", requests, "how many")->check(CLI::PositiveNumber);
  app.add_option("--warm-up", warm_up_seconds, "seconds at the beginning that latency and rate leave out")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--timeout", timeout_seconds, "seconds for one request")->check(CLI::PositiveNumber);
  app.add_option("--ca-file", options.ca_file, "CA to verify the servers with; without it any certificate will do");
  app.add_option("--server-name", options.server_name, "for SNI and verification")->capture_default_str();

  try {
    app.parse(argc, argv);
    for (const std::string& target : targets) options.targets.push_back(target_from(target));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  using std::chrono::nanoseconds;
  const auto duration_from = [](double value) {
    return std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>(value));
  };
  if (seconds > 0) options.duration = duration_from(seconds);
  if (requests > 0) options.requests = requests;
  options.warm_up = duration_from(warm_up_seconds);
  options.timeout = std::chrono::duration_cast<std::chrono::milliseconds>(duration_from(timeout_seconds));
  options.keep_alive = !new_connections;
  if (body_file.empty()) options.method = "GET";

  try {
    if (!body_file.empty()) options.body = content_of(body_file);
    std::stop_source source;
    const std::jthread signals = stop_on_signal(source);
    const LoadReport report = run_load(options, source.get_token());
    std::cout << json_from(report).dump(2) << std::endl;
    return report.failures() == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "everynode_load: " << error.what() << std::endl;
    return 2;
  }
}
