/// Puts load on a TLS server, from one thread. Its client keeps, drops and judges connections as Go's net/http does in
/// the API server.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace everynode::support {

/// One server.
struct Target {
  std::string host;
  std::uint16_t port = 0;
};

/// Why a request failed, as the API server would see it.
enum class Failure {
  connect,    ///< refused, unreachable, or no target is ready
  handshake,  ///< TLS not agreed, or the certificate is not trusted
  write,      ///< the connection broke under the request
  eof,        ///< closed or reset after the request was written and before the whole answer was read
  timeout,    ///< no whole answer in time
  malformed,  ///< the answer is not HTTP/1.1
  status,     ///< an answer with another status code than 200
  body,       ///< an answer without the text that was expected
};

/// The name of a reason, as in the enumeration.
[[nodiscard]] const char* name(Failure reason);

struct LoadOptions {
  /// With several targets, each new connection goes to one whose readiness path answered 200 the last time.
  std::vector<Target> targets;
  std::string readiness_path = "/readyz";
  std::chrono::milliseconds readiness_period{100};

  std::string method = "POST";
  std::string path = "/mutate?timeout=2s";
  std::string content_type = "application/json";
  std::string body;
  std::string expect;  ///< a good answer contains this text

  unsigned connections = 25;
  bool keep_alive = true;  ///< false: a new connection, and so a handshake, for each request

  /// Requests per second over all connections, begun on schedule whatever the answers are (open loop): latency counts
  /// from the scheduled time. Zero: each connection begins its next request when it has its answer (closed loop).
  double rate = 0;

  /// The run ends with the first of these; with neither, when it is stopped. Requests under way then finish.
  std::optional<std::chrono::nanoseconds> duration;
  std::optional<std::uint64_t> requests;

  /// Requests that are due within this time at the beginning count, but not towards latency and requests_per_second.
  std::chrono::nanoseconds warm_up{0};

  std::chrono::milliseconds timeout{10'000};  ///< for one request, including its connection
  std::string ca_file;                        ///< empty: accept any certificate
  std::string server_name = "localhost";      ///< for SNI, and for verification with a ca_file

  /// If set, it counts the requests that have ended, for a test that waits until the load is under way. It must outlive
  /// the run.
  std::atomic<std::uint64_t>* ended = nullptr;
};

/// A server certificate and how many connections were served with it.
struct CertificateSeen {
  std::string fingerprint;  ///< SHA-256 of its DER, in lower-case hex
  std::uint64_t connections = 0;
};

struct LoadReport {
  std::uint64_t sent = 0;  ///< requests begun; each one counts in `ok` or in `failed`
  std::uint64_t ok = 0;
  std::map<Failure, std::uint64_t> failed;
  std::map<unsigned, std::uint64_t> statuses;  ///< all answers, by status code
  std::vector<std::string> failure_examples;   ///< the first few, as text
  std::uint64_t missed = 0;                    ///< due by the schedule, but no connection was free to begin them

  std::chrono::nanoseconds elapsed{0};
  double requests_per_second = 0;  ///< good answers
  /// Latency of good answers only.
  std::chrono::nanoseconds p50{0};
  std::chrono::nanoseconds p99{0};
  std::chrono::nanoseconds p999{0};
  std::chrono::nanoseconds max{0};

  std::uint64_t connections_opened = 0;         ///< connections that finished their handshake
  std::uint64_t idle_closed = 0;                ///< kept connections that the server closed while idle: no failure
  std::vector<std::uint64_t> opened_by_target;  ///< connections_opened, one figure for each of the targets
  std::vector<CertificateSeen> certificates;    ///< in the order of their first appearance

  [[nodiscard]] std::uint64_t failures() const;
};

/// Runs until the end that the options name, or until `stop` is requested, from any thread. Throws std::system_error or
/// std::runtime_error if the load cannot begin: unknown host, unreadable CA file.
[[nodiscard]] LoadReport run_load(const LoadOptions& options, const std::stop_token& stop = {});

}  // namespace everynode::support
