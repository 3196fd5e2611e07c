#include "overlay_text.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "columns.hpp"
#include "everynode/codec/printable.hpp"
#include "everynode/objects/decode.hpp"
#include "everynode/objects/objects.hpp"
#include "everynode/overlay/amount.hpp"
#include "everynode/overlay/audit.hpp"
#include "everynode/overlay/fit.hpp"

namespace everynode::cli {
namespace {

using overlay::DaemonSetOverlay;
using overlay::Setting;

/// One pod and all that follows from it.
class PodText {
 public:
  PodText(const inspection::OverlaySubject& subject, const inspection::OverlaidPod& pod)
      : subject_(subject), source_(pod) {}

  std::string text() {
    const auto read =
        document_.read(source_.json, [&](codec::JsonValue root) { objects::read(root, pod_, objects::PodParts::all); });
    const auto audited = audited_document_.read(source_.json, [&](codec::JsonValue root) { read_audited(root); });
    if (!read || !audited) return "the pod cannot be read: " + (read ? audited : read).error().text() + "\n";
    known_ = {.catalog = overlay::Catalog(subject_.overlays, subject_.classes), .nodes = subject_.nodes};
    node_ = known_.nodes.find(daemon_pod_.target_node);
    judge();
    return codec::printable_lines(heading() + overlays() + fields() + differences());
  }

 private:
  void read_audited(codec::JsonValue root) {
    objects::AuditedPod pod;
    read(root, pod);
    daemon_pod_ = std::move(pod);
  }

  /// A pod with drift is judged as what its template would become, any other one as it is.
  void judge() {
    const bool of_template = !source_.pod_template.empty();
    if (of_template) {
      made_from_.emplace(source_.pod_template);
      audit_ = overlay::audit(known_, daemon_pod_, *made_from_);
    }
    judged_ = audit_.drift == objects::Drift::none ? pod_ : made_from_->beside(daemon_pod_);
    fit_ = overlay::fit(known_.catalog, judged_, node_);
    for (const DaemonSetOverlay& one : subject_.overlays) {
      alone_.emplace_back(overlay::Catalog({one}, subject_.classes));
    }
    for (const overlay::Catalog& one : alone_) fits_alone_.push_back(overlay::fit(one, judged_, node_));
  }

  [[nodiscard]] std::string heading() const {
    const std::string& stamp = daemon_pod_.admitted->overlays;
    std::string text = "pod:      " + daemon_pod_.namespace_ + "/" + daemon_pod_.name;
    text += source_.daemon_set.empty() ? ", which no DaemonSet owns" : " of DaemonSet " + source_.daemon_set;
    text += ", for " + (daemon_pod_.target_node.empty() ? "no node" : "node " + daemon_pod_.target_node) + "\n";
    text += "has:      " + (stamp.empty() ? "no overlays" : stamp) + "\n";
    if (source_.daemon_set.empty()) return text;
    return text + "verdict:  " + verdict() + "\n";
  }

  [[nodiscard]] std::string verdict() const {
    const std::string difference = overlay::difference(daemon_pod_.admitted->overlays, audit_.wanted);
    switch (audit_.drift) {
      case objects::Drift::outdated:
        return "outdated: " + difference;
      case objects::Drift::unmutated:
        return "unmutated, admission let it through as it was: " + difference;
      case objects::Drift::unknown:
        return "not known";
      case objects::Drift::none:
        break;
    }
    if (node_ == nullptr) return "not known, as its node is not";
    if (!daemon_pod_.admitted->refused.empty())
      return "without overlays, as the API server refused it with " + daemon_pod_.admitted->refused;
    return source_.pod_template.empty() ? "not known, as its DaemonSet is not" : "as it should be";
  }

  [[nodiscard]] std::string becomes(const DaemonSetOverlay& one) const {
    if (!matches(one.daemon_sets, judged_.metadata.labels)) return "is for other pods";
    if (one.nodes && node_ != nullptr && !matches(*one.nodes, node_->labels)) return "is for other nodes";
    const auto refused = std::ranges::find(fit_.refusals, one.name, &overlay::Refusal::overlay);
    if (refused != fit_.refusals.end()) return "left out: " + refused->reason;
    const auto gives = std::ranges::find_if(
        fit_.contributions, [&](const overlay::Contribution& given) { return given.overlay->name == one.name; });
    if (gives == fit_.contributions.end()) return "gives nothing: others win";
    const std::size_t count = gives->settings.size();
    return "gives " + std::to_string(count) + (count == 1 ? " field" : " fields");
  }

  [[nodiscard]] std::string overlays() const {
    if (subject_.overlays.empty()) return "\nthe namespace has no overlays\n";
    std::vector<const DaemonSetOverlay*> sorted;
    for (const DaemonSetOverlay& one : subject_.overlays) sorted.push_back(&one);
    std::ranges::sort(sorted, {}, [](const DaemonSetOverlay* one) { return std::pair(-one->priority, one->name); });
    std::vector<Columns::Row> rows;
    for (const DaemonSetOverlay* one : sorted)
      rows.push_back({one->name, std::to_string(one->priority), becomes(*one)});
    const Columns columns({"OVERLAY", "PRIORITY", "FOR THIS POD"}, rows);
    std::string text = "\n" + columns.heads();
    for (const Columns::Row& row : rows) text += columns.line(row);
    return text;
  }

  /// The others that want something for the same place, and why they lose.
  [[nodiscard]] std::string over(const Setting& setting, const DaemonSetOverlay& winner) const {
    std::string text;
    for (std::size_t i = 0; i < subject_.overlays.size(); ++i) {
      const DaemonSetOverlay& other = subject_.overlays[i];
      const auto left_out = std::ranges::find(fit_.refusals, other.name, &overlay::Refusal::overlay);
      if (other.name == winner.name || left_out != fit_.refusals.end()) continue;
      for (const overlay::Contribution& wish : fits_alone_[i].contributions) {
        const bool same =
            std::ranges::any_of(wish.settings, [&](const Setting& one) { return one.same_place(setting); });
        if (!same) continue;
        text += "; over " + other.name;
        text += other.priority == winner.priority ? " of the same priority, by name"
                                                  : " of priority " + std::to_string(other.priority);
      }
    }
    return text;
  }

  [[nodiscard]] std::string field(const Setting& setting, const DaemonSetOverlay& from) const {
    std::string text = "  " + place_of(setting, judged_) + " = " + setting.json + " by " + from.name;
    const std::string how =
        setting.amount == nullptr ? "" : overlay::arithmetic(*setting.amount, setting.resource, node_);
    if (!how.empty()) text += ": " + how;
    return text + over(setting, from) + "\n";
  }

  [[nodiscard]] std::string fields() const {
    std::string text;
    for (const overlay::Contribution& from : fit_.contributions) {
      for (const Setting& setting : from.settings) text += field(setting, *from.overlay);
    }
    return text.empty() ? text : "\nwhat they give:\n" + text;
  }

  /// Operations on the pod as it is; what was resized since shows here too.
  [[nodiscard]] std::string differences() const {
    const overlay::Fit now = overlay::fit(known_.catalog, pod_, node_);
    std::string text;
    for (const codec::Operation& one : now.patch) text += "  " + one.path + " would be " + one.value + "\n";
    return text.empty() ? text : "\nwhat is otherwise in the pod that runs:\n" + text;
  }

  const inspection::OverlaySubject& subject_;
  const inspection::OverlaidPod& source_;
  codec::Document document_;
  codec::Document audited_document_;
  objects::Pod pod_;
  objects::DaemonPod daemon_pod_;
  overlay::Known known_;
  const overlay::Node* node_ = nullptr;
  std::optional<overlay::TemplatePod> made_from_;
  overlay::Audit audit_;
  objects::Pod judged_;
  overlay::Fit fit_;
  std::vector<overlay::Catalog> alone_;   ///< each overlay as if it were the only one
  std::vector<overlay::Fit> fits_alone_;  ///< of these
};

}  // namespace

std::string overlay_text(const inspection::OverlaySubject& subject, const inspection::OverlaidPod& pod) {
  return PodText(subject, pod).text();
}

}  // namespace everynode::cli
