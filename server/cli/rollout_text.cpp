#include "rollout_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "colour.hpp"
#include "everynode/codec/printable.hpp"
#include "everynode/inspection/waits.hpp"

namespace everynode::cli {
namespace {

using daemonset::NodeState;
using std::chrono::steady_clock;

/// One character for each state, in their order.
constexpr std::string_view signs = "#o~x-?!.";
static_assert(signs.size() == daemonset::node_states);

/// How loudly a state asks to be seen when a cell stands for several nodes.
constexpr std::array<int, daemonset::node_states> loudness{1, 3, 5, 7, 4, 6, 2, 0};

/// Below the picture; what does not fit on the terminal cannot be drawn over.
constexpr std::size_t rows_of_failures = 4;

/// A node in trouble is shown as failing, however its pod is: that must not be overlooked.
std::size_t shown_state(const daemonset::NodeReport& node) {
  const bool trouble = node.trouble != daemonset::Trouble::none;
  return static_cast<std::size_t>(trouble ? NodeState::failing : node.state);
}

/// In lines of so many columns, none of which ends within an entry that fits.
std::string legend(std::size_t columns) {
  std::string text;
  std::string line;
  for (std::size_t i = 0; i < daemonset::node_states; ++i) {
    const std::string entry = std::string(1, signs[i]) + " " + std::string(name_of(static_cast<NodeState>(i)));
    if (!line.empty() && line.size() + 2 + entry.size() > columns) text += in_lines(std::exchange(line, {}), columns);
    line += (line.empty() ? "" : "  ") + entry;
  }
  return text + in_lines(line, columns);
}

std::string bar_line(const inspection::Inspection& inspection, std::size_t cells) {
  const std::size_t done = inspection.report.count(NodeState::updated);
  const auto all = static_cast<std::size_t>(inspection.report.desired);
  return progress_bar(done, all, cells) + " " + std::to_string(done) + "/" + std::to_string(all) + "  " +
         summary(inspection.report);
}

/// Each in lines of so many columns.
std::string policy_lines(const inspection::Inspection& inspection, std::size_t columns) {
  if (!inspection.policy) return {};
  std::string text;
  for (const std::string& line : inspection::lines_of(*inspection.policy, inspection.seen_at)) {
    text += in_lines(codec::printable(line), columns);
  }
  return text;
}

/// Each run of equal cells in the colour of its state.
std::string coloured_map(std::string_view map) {
  std::string text;
  while (!map.empty()) {
    const std::size_t state = signs.find(map.front());
    const std::size_t end = std::min(map.find_first_not_of(map.front()), map.size());
    const std::string_view run = map.substr(0, end);
    text += state == std::string_view::npos ? std::string(run) : coloured(run, static_cast<NodeState>(state));
    map.remove_prefix(end);
  }
  return text;
}

}  // namespace

/// For the log of a pipeline: what is wrong, if something is.
std::string plain_line(const inspection::Inspection& inspection) {
  const bool trouble = std::ranges::any_of(inspection.report.nodes, inspection::is_in_trouble);
  const bool served = inspection::is_served(inspection);
  const bool on_delete = !inspection.daemon_set.strategy.rolling && !served && !inspection.rolled_out();
  std::string what = trouble || on_delete ? waits_for(inspection) : std::string{};
  if (served && what.empty()) what = codec::printable(inspection::waits_for(*inspection.policy));
  return bar_line(inspection, 20) + (what.empty() ? "" : "; " + what);
}

std::string picture_of(const inspection::Inspection& inspection, const Terminal& terminal, bool colours) {
  const std::size_t columns = terminal.columns;
  const std::string title = codec::printable(inspection.daemon_set.namespace_ + "/" + inspection.daemon_set.name) +
                            "  revision " + std::to_string(inspection.revision);
  const std::string above = in_lines(title, columns) + in_lines(bar_line(inspection, columns / 3), columns) +
                            policy_lines(inspection, columns) + "\n";
  const std::string below = "\n" + legend(columns) + waits_for(inspection).substr(0, columns) + "\n";
  const auto taken = rows_of_failures + static_cast<std::size_t>(std::ranges::count(above + below, '\n'));
  const std::size_t room = terminal.rows > taken + 2 ? terminal.rows - taken : 2;
  const std::string map = node_map(inspection.report, columns, columns * room);
  return above + (colours ? coloured_map(map) : map) + below;
}

std::string progress_bar(std::size_t done, std::size_t all, std::size_t cells) {
  const std::size_t filled = all == 0 ? cells : std::min(cells, done * cells / all);
  return "[" + std::string(filled, '#') + std::string(cells - filled, '.') + "]";
}

std::string node_map(const daemonset::Report& report, std::size_t columns, std::size_t most) {
  const std::size_t per_cell = most == 0 ? 1 : std::max<std::size_t>(1, (report.nodes.size() + most - 1) / most);
  std::string map;
  std::size_t cells = 0;
  for (std::size_t i = 0; i < report.nodes.size(); i += per_cell) {
    std::size_t worst = shown_state(report.nodes[i]);
    for (std::size_t j = i; j < std::min(i + per_cell, report.nodes.size()); ++j) {
      const std::size_t state = shown_state(report.nodes[j]);
      if (loudness[state] > loudness[worst]) worst = state;
    }
    map += signs[worst];
    if (++cells % columns == 0) map += '\n';
  }
  if (!map.empty() && map.back() != '\n') map += '\n';
  return map;
}

std::string in_lines(std::string_view text, std::size_t columns) {
  const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; };
  std::string lines;
  while (text.size() > columns) {
    std::size_t end = columns;
    while (end > 1 && continues(end)) --end;
    lines.append(text.substr(0, end)).append("\n");
    text.remove_prefix(end);
  }
  return lines.append(text).append("\n");
}

std::string age_in_words(steady_clock::duration age) {
  return "seen " + std::to_string(std::chrono::floor<std::chrono::seconds>(age).count()) + " s ago";
}

}  // namespace everynode::cli
