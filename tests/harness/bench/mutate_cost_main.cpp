// everynode_mutate_cost: one AdmissionReview again and again, with overlays that match its pod or without, and all that
// the webhook does for it but TLS and HTTP. callgrind counts the function `answer` (mutate_cost.py). It prints the
// bytes that the nodes take.
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstddef>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "everynode/logging/log.hpp"
#include "program.hpp"
#include "webhook/decision_log.hpp"
#include "webhook/mutate.hpp"

namespace everynode::bench {
namespace {

using webhook::Mutate;

struct Options {
  std::string body;
  std::string overlay;  ///< empty: without
  std::size_t nodes = 5000;
  std::size_t requests = 100;
  bool unlike = false;  ///< no pod is like one before
};

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// As a cloud makes them: with more labels, and devices, than overlays ask for.
overlay::Node node(const std::string& name, std::size_t number) {
  constexpr std::array<const char*, 3> zones{"eu-central-1a", "eu-central-1b", "eu-central-1c"};
  return {.name = name,
          .labels = {{"kubernetes.io/arch", "amd64"},
                     {"kubernetes.io/hostname", name},
                     {"kubernetes.io/os", "linux"},
                     {"node.kubernetes.io/instance-type", "m7i.48xlarge"},
                     {"topology.kubernetes.io/region", "eu-central-1"},
                     {"topology.kubernetes.io/zone", zones.at(number % zones.size())}},
          .annotations = {{"csi.volume.kubernetes.io/nodeid", R"({"ebs.csi.aws.com":"i-0123456789abcdef0"})"}},
          .allocatable = {{"cpu", *overlay::parse_quantity("191450m")},
                          {"memory", *overlay::parse_quantity("761093096Ki")},
                          {"ephemeral-storage", *overlay::parse_quantity("18242267924")},
                          {"pods", *overlay::parse_quantity("737")},
                          {"nvidia.com/gpu", *overlay::parse_quantity("8")}}};
}

constexpr std::string_view name_space = "default";  // of the recorded pods

class Requests {
 public:
  explicit Requests(const Options& options) {
    request_.target = "/mutate?timeout=2s";
    request_.content_type = "application/json";
    request_.body = content_of(options.body);
    request_.body.reserve(request_.body.size() + codec::Document::padding);  // as the server does
    if (!options.overlay.empty()) know(options);
    mutate_.emplace(policy_, options.overlay.empty() ? nullptr : &cluster_, metrics_, decided_);
  }

  [[gnu::noinline]] std::size_t answer() { return std::get<http::Response>((*mutate_)(request_)).body.size(); }

  /// The overlay is another one for the webhook from now on, so what it remembers is worth nothing.
  void change_overlay() {
    overlay::Known changed = *known_.load();
    std::vector<overlay::DaemonSetOverlay> overlays;
    for (const overlay::DaemonSetOverlay& one : changed.catalog.of(name_space)) {
      overlays.push_back(one);
      overlays.back().generation += 1;
    }
    changed.catalog = overlay::Catalog(std::move(overlays));
    known_ = std::make_shared<const overlay::Known>(std::move(changed));
  }

  [[nodiscard]] std::size_t node_bytes() const { return node_bytes_; }

 private:
  void know(const Options& options) {
    codec::Document document;
    overlay::Knowledge knowledge;
    knowledge.put(overlay::read_overlay(content_of(options.overlay), document).value());
    const std::size_t before = mallinfo2().uordblks;
    knowledge.begin_nodes();
    knowledge.listed(node("worker-1", 0));  // the recorded pods are for this one
    for (std::size_t i = 1; i < options.nodes; ++i)
      knowledge.listed(node("ip-10-20-" + std::to_string(i) + ".eu-central-1.compute.internal", i));
    knowledge.end_nodes();
    known_ = std::make_shared<const overlay::Known>(knowledge.known());
    node_bytes_ = mallinfo2().uordblks - before;
  }

  webhook::SharedPolicy policy_{std::make_shared<const admission::Policy>()};
  webhook::SharedKnown known_;
  webhook::Cluster cluster_{.known = known_, .find_node = {}};
  webhook::Metrics metrics_{"bench"};
  webhook::DecisionSink decided_ = webhook::log_decision;
  std::optional<Mutate> mutate_;
  http::Request request_;
  std::size_t node_bytes_ = 0;
};

Options options_of(int count, char** arguments) {
  Options options;
  CLI::App app{"Answers one AdmissionReview again and again."};
  app.add_option("--body", options.body)->required();
  app.add_option("--overlay", options.overlay, "a DaemonSetOverlay as JSON; without it the webhook knows of none");
  app.add_option("--nodes", options.nodes)->check(CLI::PositiveNumber);
  app.add_option("--requests", options.requests)->check(CLI::PositiveNumber);
  app.add_flag("--unlike", options.unlike, "as if no pod were like one before; with --overlay");
  app.parse(count, arguments);
  return options;
}

}  // namespace

int run(const Options& options) {
  const logging::Output log(logging::Format::json, logging::Level::info);
  Requests requests(options);
  for (std::size_t i = 0; i < options.requests; ++i) {
    if (options.unlike) requests.change_overlay();
    requests.answer();
  }
  std::cout << requests.node_bytes() << '\n';
  return 0;
}

}  // namespace everynode::bench

int main(int count, char** arguments) {
  return everynode::bench::run_program(everynode::bench::options_of, everynode::bench::run, count, arguments);
}
