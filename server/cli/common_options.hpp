/// Options that several verbs have.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "everynode/admission/policy.hpp"
#include "everynode/logging/log.hpp"
#include "everynode/net/server.hpp"
#include "option_rules.hpp"

namespace everynode::cli {

/// Runs the chosen verb and returns the exit code.
using Verb = std::function<int()>;

/// IP:PORT.
void add_endpoint(CLI::App& verb, const std::string& flag, const std::string& help,
                  std::function<void(net::Endpoint)> store);

/// Seconds from 0 to `most`.
void add_seconds(CLI::App& verb, const std::string& flag, const std::string& help, std::chrono::seconds& target,
                 unsigned most = 3600);

/// Seconds, or a duration such as 90s, 1.5s or 1h30m, as kubectl has it. At most 136 years, in milliseconds.
void add_duration(CLI::App& verb, const std::string& flag, const std::string& help, std::chrono::milliseconds& target);

/// Texts with commas between them.
CLI::Option* add_texts(CLI::App& verb, const std::string& flag, const std::string& help,
                       std::vector<std::string>& target);

/// The options that make the webhook's policy: a policy file, and the flag that overrides it.
void add_policy(CLI::App& verb, std::filesystem::path& config,
                std::optional<admission::NetworkUnavailable>& network_unavailable);

/// The options of a process's log.
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

}  // namespace everynode::cli
