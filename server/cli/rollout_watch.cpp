#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <optional>
#include <set>

#include "colour.hpp"
#include "everynode/codec/printable.hpp"
#include "everynode/files/yaml_writer.hpp"
#include "everynode/inspection/waits.hpp"
#include "explain_text.hpp"
#include "program.hpp"
#include "rollout_status.hpp"
#include "rollout_text.hpp"

namespace everynode::cli {
namespace {

using inspection::Chance;
using inspection::Inspection;
using std::chrono::steady_clock;

/// What time alone changes is looked at so often at most; changes of the cluster come by themselves.
constexpr std::chrono::seconds tick{1};

Terminal terminal_size() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {.columns = size.ws_col, .rows = size.ws_row};
}

/// Shows the state: on a terminal it draws over the last picture, in a pipe it writes a line for each change, for
/// programs an object for each.
class Screen {
 public:
  explicit Screen(RolloutOutput output)
      : output_(output), live_(output == RolloutOutput::text && isatty(STDOUT_FILENO) != 0) {}

  void show(const Inspection& inspection) {
    if (live_) return draw(picture_of(inspection, terminal_size(), colours_));
    say(output_ == RolloutOutput::text ? plain_line(inspection) + "\n" : object_of(inspection));
  }

  /// `inspection` is what was seen last, null if nothing was.
  void show(const Inspection* inspection, steady_clock::duration age, const inspection::Failure& failure) {
    const std::string why = codec::printable(failure.why);
    const std::string seen = inspection == nullptr ? "nothing seen yet" : age_in_words(age);
    if (live_) {
      const Terminal terminal = terminal_size();
      const std::string picture = inspection == nullptr ? std::string{} : picture_of(*inspection, terminal, colours_);
      return draw(picture + in_lines(seen + "; " + why, terminal.columns));
    }
    if (why == failed_) return;
    if (output_ == RolloutOutput::text) {
      say((inspection == nullptr ? seen : plain_line(*inspection) + " (" + seen + ")") + "; " + why + "\n");
    } else {
      std::cerr << program_name() << " rollout watch: " << seen << "; " << why << "\n";
    }
    failed_ = why;
  }

  [[nodiscard]] bool live() const { return live_; }

 private:
  /// JSON in one line; YAML as a document of a stream.
  [[nodiscard]] std::string object_of(const Inspection& inspection) const {
    const std::string json = rollout_json(inspection);
    return output_ == RolloutOutput::json ? json + "\n" : "---\n" + files::to_yaml(json);
  }

  void say(std::string text) {
    failed_.clear();
    if (text == said_) return;
    std::cout << text << std::flush;
    said_ = std::move(text);
  }

  void draw(const std::string& picture) {
    if (lines_ > 0) std::cout << "\x1b[" << lines_ << "A\x1b[J";
    lines_ = std::ranges::count(picture, '\n');
    std::cout << picture << std::flush;
  }

  RolloutOutput output_;
  bool live_;
  bool colours_ = wants_colours();
  std::ptrdiff_t lines_ = 0;
  std::string said_;
  std::string failed_;  ///< why nothing was seen the last time; empty: something was
};

class Watch {
 public:
  explicit Watch(const RolloutWatchSettings& settings)
      : settings_(settings), inspector_(settings.target, inspection::Mode::follow), screen_(settings.output) {
    if (settings.timeout.count() > 0) end_ = steady_clock::now() + settings.timeout;
  }

  int run() {
    while (true) {
      auto inspection = inspector_.inspect(next_look());
      if (inspection) {
        take(std::move(*inspection));
        if (last_->rolled_out()) return end();
      } else {
        failure_ = std::move(inspection.error());
        if (is_final(*failure_)) return complain(failure_->why, last_ ? 1 : 2);
        waiting_ = false;  // the failure is shown with what was seen last
        if (!is_over()) screen_.show(last_ ? &*last_ : nullptr, steady_clock::now() - seen_, *failure_);
      }
      if (is_over()) return complain(too_late(), 1);
    }
  }

 private:
  /// A picture changes four times a second at most, a log gets one line in each interval at most.
  [[nodiscard]] std::chrono::milliseconds pause() const {
    return screen_.live() ? std::chrono::milliseconds(250) : std::chrono::milliseconds(settings_.interval);
  }

  /// A terminal shows the age of the picture each second; countdowns also change without an event.
  [[nodiscard]] steady_clock::time_point next_look() const {
    const auto now = steady_clock::now();
    const bool ages = failure_ && screen_.live();
    const std::chrono::seconds rest = ages ? tick : std::max(tick, settings_.interval);
    const auto next = waiting_ ? shown_ + pause() : now + rest;
    return std::min(next, end_.value_or(steady_clock::time_point::max()));
  }

  /// A rollout that was rolled back is complete too, but of the revision before.
  [[nodiscard]] int end() const {
    const auto failed = rolled_back(*last_, followed_.revision());
    const bool goes_on = failed && last_->policy->rollout.revision == followed_.revision();
    return failed && !goes_on ? complain(*failed, 1) : 0;
  }

  void take(Inspection inspection) {
    last_ = std::move(inspection);
    followed_.see(*last_);
    seen_ = steady_clock::now();
    const bool recovered = failure_.has_value();
    failure_.reset();
    announce(unseen(*last_));
    waiting_ = !recovered && !last_->rolled_out() && seen_ < shown_ + pause();
    if (waiting_) return;
    screen_.show(*last_);
    shown_ = seen_;
  }

  /// Each once.
  void announce(const std::vector<std::string>& lines) {
    for (const std::string& what : lines) {
      if (!announced_.insert(what).second) continue;
      std::cerr << program_name() << " rollout watch: " << codec::printable(what) << "\n";
    }
  }

  /// Like kubectl, the first connection must succeed. Once a state was seen, connection failures are waited out.
  [[nodiscard]] bool is_final(const inspection::Failure& failure) const {
    return failure.chance == Chance::never || (failure.chance == Chance::later && !last_ && !is_over());
  }

  [[nodiscard]] bool is_over() const { return end_ && steady_clock::now() >= *end_; }

  [[nodiscard]] std::string too_late() const {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(settings_.timeout);
    std::string text = "not complete after " + std::to_string(seconds.count()) + " s";
    if (last_) text += "; " + waits_for(*last_);
    if (last_ && failure_) text += " (" + age_in_words(steady_clock::now() - seen_) + ")";
    return failure_ ? text + "; " + failure_->why : text;
  }

  static int complain(const std::string& what, int code) {
    std::cerr << program_name() << " rollout watch: " << codec::printable(what) << "\n";
    return code;
  }

  const RolloutWatchSettings& settings_;
  inspection::Inspector inspector_;
  inspection::Inspector::Deadline end_;
  Screen screen_;
  std::optional<Inspection> last_;
  Followed followed_;
  steady_clock::time_point seen_{};   ///< when
  steady_clock::time_point shown_{};  ///< when something was
  bool waiting_ = false;              ///< something is to be shown
  std::optional<inspection::Failure> failure_;
  std::set<std::string> announced_;
};

}  // namespace

int run_rollout_watch(const RolloutWatchSettings& settings) {
  return Watch(settings).run();
}

}  // namespace everynode::cli
