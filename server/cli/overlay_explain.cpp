#include "overlay_explain.hpp"

#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "everynode/codec/printable.hpp"
#include "everynode/files/yaml_writer.hpp"
#include "everynode/inspection/overlays.hpp"
#include "everynode/objects/validation.hpp"
#include "option_rules.hpp"
#include "overlay_text.hpp"
#include "program.hpp"
#include "target_options.hpp"

namespace everynode::cli {
namespace {

using Words = std::vector<std::string>;

/// TYPE/NAME or TYPE NAME, as kubectl has it.
void read_object(const Words& words, OverlayExplainSettings& settings) {
  std::string type = words.front();
  std::string name = words.size() == 2 ? words.back() : "";
  if (const auto slash = type.find('/'); words.size() == 1 && slash != std::string::npos) {
    name = type.substr(slash + 1);
    type.resize(slash);
  }
  const bool pod = type == "pod" || type == "pods" || type == "po";
  settings.node = type == "node" || type == "nodes" || type == "no";
  if (words.size() > 2 || (!pod && !settings.node) || !objects::is_subdomain(name))
    throw CLI::ValidationError("expected pod/NAME or node/NAME, as in pod/agent-4pzfv");
  settings.target.name = std::move(name);
}

void complain(const std::string& what) {
  std::cerr << program_name() << " overlay explain: " << codec::printable(what) << "\n";
}

void print_text(const inspection::OverlaySubject& subject, const OverlayExplainSettings& settings) {
  for (const std::string& remark : subject.remarks) complain(remark);
  if (subject.pods.empty() && settings.node) {
    std::cout << codec::printable("no DaemonSet of namespace " + subject.namespace_ + " has a pod on node " +
                                  settings.target.name)
              << "\n";
  }
  bool first = true;
  for (const inspection::AdmittedState& pod : subject.pods) {
    std::cout << (first ? "" : "\n") << overlay_text(pod);
    first = false;
  }
}

}  // namespace

int run_overlay_explain(const OverlayExplainSettings& settings) {
  inspection::Conversation conversation(settings.target);
  const std::string& name = settings.target.name;
  const auto subject = settings.node ? inspection::read_overlays_of_node(conversation, name)
                                     : inspection::read_overlays_of_pod(conversation, name);
  if (!subject) {
    complain(subject.error().why);
    return 2;
  }
  switch (settings.output) {
    case OverlayOutput::text:
      print_text(*subject, settings);
      break;
    case OverlayOutput::json:
      std::cout << overlay_json(*subject) << "\n";
      break;
    case OverlayOutput::yaml:
      std::cout << files::to_yaml(overlay_json(*subject));
      break;
  }
  std::cout << std::flush;
  return 0;
}

void add_overlay(CLI::App& app, OverlayExplainSettings& settings, Verb& chosen) {
  CLI::App& overlay = *app.add_subcommand("overlay", "See what DaemonSetOverlays make of pods");
  overlay.require_subcommand(1);
  CLI::App& verb = *overlay.add_subcommand(
      "explain", "Say which overlays a pod has, which field is from which one and why, and what is outdated");
  const auto words = std::make_shared<Words>();
  verb.add_option_function<Words>(
          "POD|NODE", [words](const Words& read) { *words = read; },
          "pod/NAME, or node/NAME for the daemon pods on it; \"pod NAME\" means the same")
      ->required()
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("");
  add_cluster(verb, settings.target);
  const std::map<std::string, OverlayOutput> outputs{
      {"text", OverlayOutput::text}, {"json", OverlayOutput::json}, {"yaml", OverlayOutput::yaml}};
  verb.add_option("-o,--output", settings.output, "text (default), json, yaml")
      ->transform(one_of(outputs))
      ->type_name("OUTPUT");
  verb.parse_complete_callback([&settings, words] {
    if (!words->empty()) read_object(*words, settings);  // else CLI11 says so
  });
  verb.callback([&] { chosen = [&] { return run_overlay_explain(settings); }; });
}

}  // namespace everynode::cli
