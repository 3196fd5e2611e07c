#include "everynode/rollout/windows.hpp"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>

#include <algorithm>
#include <vector>

namespace everynode::rollout {
namespace {

using objects::Time;
using objects::Window;

/// One time that a window is open.
struct Span {
  Time opens;
  Time closes;
  const Window* window = nullptr;
};

/// The first moment at which the clocks show this time or a later one.
Time first_at(const cctz::time_zone& zone, cctz::civil_day day, std::chrono::minutes time) {
  const cctz::civil_second wanted(cctz::civil_minute(day) + time.count());
  const cctz::time_zone::civil_lookup found = zone.lookup(wanted);
  return found.kind == cctz::time_zone::civil_lookup::SKIPPED ? found.trans : found.pre;
}

bool is_on(const Window& window, cctz::civil_day day) {
  return ((window.days >> static_cast<unsigned>(cctz::get_weekday(day))) & 1U) != 0;  // 0 is Monday there too
}

/// The window's times of so many days from today on, and of those before that may not be over yet.
void add_spans(const Window& window, const cctz::time_zone& zone, Time now, int days, std::vector<Span>& out) {
  const cctz::civil_day today(zone.lookup(std::chrono::floor<std::chrono::seconds>(now)).cs);
  for (cctz::civil_day day = today - 2; day < today + days; ++day) {
    if (!is_on(window, day)) continue;
    const bool over_midnight = window.to <= window.from;
    const Span span{.opens = first_at(zone, day, window.from),
                    .closes = first_at(zone, over_midnight ? day + 1 : day, window.to),
                    .window = &window};
    if (span.opens < span.closes) out.push_back(span);
  }
}

std::string on_its_clock(Time time, const Window& window, const cctz::time_zone& zone) {
  return cctz::format("%a %Y-%m-%d %H:%M ", time, zone) + window.time_zone;
}

}  // namespace

Opening opening_at(std::span<const Window> windows, const TimeZones& zones, Time now) {
  if (windows.empty()) return {};
  constexpr int two_weeks = 15;  // a clock that goes forward can take a window's only time of one week
  std::vector<Span> spans;
  for (const Window& window : windows) {
    if (const cctz::time_zone* const zone = zones.find(window.time_zone))
      add_spans(window, *zone, now, two_weeks, spans);
  }
  std::ranges::sort(spans, {}, &Span::opens);
  Opening opening{.open = false, .changes_at = {}, .local = {}};
  const Window* told = nullptr;
  for (const Span& span : spans) {
    if (span.closes <= now) continue;
    if (span.opens > opening.changes_at.value_or(now)) {
      if (opening.open) break;
      opening.changes_at = span.opens;
      told = span.window;
      break;
    }
    if (opening.open && span.closes <= *opening.changes_at) continue;
    opening.open = true;
    opening.changes_at = span.closes;
    told = span.window;
  }
  if (told != nullptr) opening.local = on_its_clock(*opening.changes_at, *told, *zones.find(told->time_zone));
  return opening;
}

std::string problem_with(const objects::RolloutPolicy& policy, const TimeZones& zones) {
  for (std::size_t i = 0; i < policy.windows.size(); ++i) {
    const std::string& name = policy.windows[i].time_zone;
    if (zones.find(name) != nullptr) continue;
    return "spec.windows[" + std::to_string(i) + "].timeZone: the time zones here have no \"" + name +
           "\", so this window never opens: use a name of the IANA database such as Europe/Berlin; if it is one, "
           "install the package tzdata where Everynode runs";
  }
  return {};
}

}  // namespace everynode::rollout
