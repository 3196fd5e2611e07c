#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <thread>

#include "everynode/codec/printable.hpp"
#include "everynode/inspection/look.hpp"
#include "explain.hpp"

namespace everynode::cli {
namespace {

using std::chrono::steady_clock;

/// One character for each state, in their order.
constexpr std::string_view signs = "#o~x-?!.";
static_assert(signs.size() == daemonset::node_states);

/// How loudly a state asks to be seen when a cell stands for several nodes.
constexpr std::array<int, daemonset::node_states> loudness{1, 3, 5, 7, 4, 6, 2, 0};

/// A node in trouble is shown as failing, however its pod is: that must not be overlooked.
std::size_t shown_state(const daemonset::NodeReport& node) {
  const bool trouble = node.trouble != daemonset::Trouble::none;
  return static_cast<std::size_t>(trouble ? daemonset::NodeState::failing : node.state);
}

struct Terminal {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

Terminal terminal_size() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {.columns = size.ws_col, .rows = size.ws_row};
}

std::string legend() {
  std::string text;
  for (std::size_t i = 0; i < daemonset::node_states; ++i) {
    text += (text.empty() ? "" : "  ") + std::string(1, signs[i]) + " ";
    text += name_of(static_cast<daemonset::NodeState>(i));
  }
  return text;
}

std::string bar_line(const inspection::Sight& sight, std::size_t cells) {
  const std::size_t done = sight.report.count(daemonset::NodeState::updated);
  const auto all = static_cast<std::size_t>(sight.report.desired);
  return progress_bar(done, all, cells) + " " + std::to_string(done) + "/" + std::to_string(all) + "  " +
         summary(sight.report);
}

bool is_in_trouble(const daemonset::NodeReport& node) {
  return node.trouble != daemonset::Trouble::none;
}

/// For the log of a pipeline: what is wrong, if something is.
std::string plain_line(const inspection::Sight& sight) {
  const bool trouble = std::ranges::any_of(sight.report.nodes, is_in_trouble);
  return bar_line(sight, 20) + (trouble ? "; " + first_trouble(sight.report) : "");
}

/// Draws over what was drawn before.
void draw(const inspection::Sight& sight, std::size_t& lines_before) {
  const Terminal terminal = terminal_size();
  const std::size_t room = terminal.rows > 8 ? terminal.rows - 6 : 2;
  std::string picture = codec::printable(sight.daemon_set.namespace_ + "/" + sight.daemon_set.name) + "  revision " +
                        std::to_string(sight.revision) + "\n" + bar_line(sight, terminal.columns / 3) + "\n\n" +
                        node_map(sight.report, terminal.columns, terminal.columns * room) + "\n" + legend() + "\n" +
                        first_trouble(sight.report).substr(0, terminal.columns) + "\n";
  std::string out;
  if (lines_before > 0) out += "\x1b[" + std::to_string(lines_before) + "A\x1b[J";
  lines_before = static_cast<std::size_t>(std::ranges::count(picture, '\n'));
  std::cout << out << picture << std::flush;
}

bool is_rolled_out(const inspection::Sight& sight) {
  return sight.report.complete() && sight.daemon_set.status.observed_generation >= sight.daemon_set.generation;
}

}  // namespace

std::string first_trouble(const daemonset::Report& report) {
  const auto in_words = [](const daemonset::NodeReport& node) {
    const std::string what = node.node + ": " + std::string(name_of(node.state));
    return codec::printable(node.why.empty() ? what : what + ", " + node.why);
  };
  const auto count = std::ranges::count_if(report.nodes, is_in_trouble);
  if (count > 0) {
    const std::string first = in_words(*std::ranges::find_if(report.nodes, is_in_trouble));
    return count == 1 ? first : first + "; and " + std::to_string(count - 1) + " more in trouble";
  }
  for (const auto state :
       {daemonset::NodeState::failing, daemonset::NodeState::starting, daemonset::NodeState::missing}) {
    const auto found = std::ranges::find(report.nodes, state, &daemonset::NodeReport::state);
    if (found != report.nodes.end()) return in_words(*found);
  }
  return {};
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

int run_rollout_watch(const RolloutWatchSettings& settings) {
  inspection::Observer observer(settings.look);
  const bool live = isatty(STDOUT_FILENO) != 0;
  const auto end = steady_clock::now() + settings.timeout;
  std::size_t lines = 0;
  std::string said;
  while (true) {
    const inspection::Sight sight = observer.look();
    if (live) {
      draw(sight, lines);
    } else if (std::string line = plain_line(sight); line != said) {
      std::cout << line << std::endl;
      said = std::move(line);
    }
    if (is_rolled_out(sight)) return 0;
    if (settings.timeout.count() > 0 && steady_clock::now() >= end) {
      std::cerr << "everynode rollout watch: not complete after " << settings.timeout.count() << " s; "
                << first_trouble(sight.report) << "\n";
      return 1;
    }
    std::this_thread::sleep_for(settings.interval);
  }
}

}  // namespace everynode::cli
