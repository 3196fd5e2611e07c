#include "common_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <utility>

namespace everynode::cli {
namespace {

using std::chrono::milliseconds;

/// 136 years: a clock takes it.
constexpr double longest = 1000.0 * std::numeric_limits<std::uint32_t>::max();

/// In milliseconds; what begins another one before it.
constexpr std::array<std::pair<std::string_view, double>, 7> units{
    {{"ns", 1e-6}, {"us", 1e-3}, {"µs", 1e-3}, {"ms", 1}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}}};

/// Takes a number and its unit off the text, in milliseconds; nullopt: it does not begin with them.
std::optional<double> take_part(std::string_view& text) {
  double number = 0;
  const bool begins = text.starts_with('.') || (!text.empty() && text.front() >= '0' && text.front() <= '9');
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (!begins || error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  const auto unit = std::ranges::find_if(units, [&](const auto& one) { return text.starts_with(one.first); });
  if (unit == units.end()) return std::nullopt;
  text.remove_prefix(unit->first.size());
  return number * unit->second;
}

/// Whole seconds, or what Go's time.ParseDuration reads without a sign. Never rounded to 0, which is no limit.
std::optional<milliseconds> read_duration(std::string_view text) {
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc() && end == text.data() + text.size()) return std::chrono::seconds(seconds);
  double sum = 0;
  do {
    const auto part = take_part(text);
    if (!part) return std::nullopt;
    sum += *part;
  } while (!text.empty());
  if (sum > longest) return std::nullopt;
  return milliseconds(static_cast<std::int64_t>(std::ceil(sum)));
}

}  // namespace

using admission::NetworkUnavailable;

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
                 unsigned most) {
  verb.add_option_function<unsigned>(
          flag, [&target](unsigned value) { target = std::chrono::seconds(value); }, help)
      ->type_name("SECONDS")
      ->transform(decimal(0, most))
      ->default_str(std::to_string(target.count()));
}

void add_duration(CLI::App& verb, const std::string& flag, const std::string& help, std::chrono::milliseconds& target) {
  const auto read = [flag, &target](const std::string& text) {
    if (text.starts_with('-')) throw CLI::ValidationError(flag, "'" + text + "' is negative");
    const auto duration = read_duration(text);
    if (!duration) throw CLI::ValidationError(flag, "'" + text + "' is no duration such as 90s, 10m, 1h30m or 600");
    target = *duration;
  };
  verb.add_option_function<std::string>(flag, read, help)
      ->type_name("DURATION")
      ->default_str(std::to_string(std::chrono::floor<std::chrono::seconds>(target).count()));
}

CLI::Option* add_texts(CLI::App& verb, const std::string& flag, const std::string& help,
                       std::vector<std::string>& target) {
  const auto split = [flag, &target](const std::string& list) {
    target = CLI::detail::split(list, ',');
    if (std::ranges::any_of(target, &std::string::empty))
      throw CLI::ValidationError(flag, "one of '" + list + "' is empty");
  };
  return verb.add_option_function<std::string>(flag, split, help)->type_name("TEXT,...");
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

}  // namespace everynode::cli
