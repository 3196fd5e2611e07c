#include "everynode/sync/guard.hpp"

#include <algorithm>
#include <utility>

namespace everynode::sync {
namespace {

/// Without a limit, a crowd of strangers could fill our memory.
constexpr std::size_t most_clients = 8;
constexpr std::size_t most_deeds = 64;

const std::string& node_of(const objects::DaemonPod& pod) {
  return pod.target_node.empty() ? pod.node_name : pod.target_node;
}

}  // namespace

bool Guard::is_foreign_work(const objects::DaemonPod& pod) {
  return pod.controller && !pod.creator.empty() && !node_of(pod).empty() &&
         pod.name.starts_with(pod.controller->name + "-");
}

Rivalry Guard::saw(const cache::Key& key, const objects::DaemonPod& pod, Instant now) {
  if (!may_judge(now) || !is_foreign_work(pod)) return Rivalry::none;
  Case& found = cases_[key];
  forget_old(found, now);
  if (!found.clients.contains(pod.creator) && found.clients.size() >= most_clients) return Rivalry::none;
  Deeds& deeds = found.clients[pod.creator];
  if (deeds.nodes.size() < most_deeds) deeds.nodes[node_of(pod)] = now;
  deeds.last = now;
  return judge(found, pod.creator, now);
}

Rivalry Guard::saw(const cache::Key& key, const objects::StatusWrite& last, Instant now) {
  Case& found = cases_[key];
  const bool first = !found.status;
  if (!first && *found.status == last) return Rivalry::none;
  found.status = last;
  if (first || last.manager.empty() || !may_judge(now)) return Rivalry::none;
  forget_old(found, now);
  if (!found.clients.contains(last.manager) && found.clients.size() >= most_clients) return Rivalry::none;
  Deeds& deeds = found.clients[last.manager];
  if (deeds.status_writes.size() < most_deeds) deeds.status_writes[last.time] = now;
  deeds.last = now;
  return judge(found, last.manager, now);
}

/// What a client has become through its last action: this decides the rule of the header.
Rivalry Guard::judge(Case& found, const std::string& manager, Instant now) {
  const Deeds& deeds = found.clients[manager];
  const std::size_t nodes = deeds.nodes.size();
  const std::size_t writes = deeds.status_writes.size();
  const bool known = !found.rival.empty() && now - found.last_sign <= quiet_time;
  const bool proven = nodes >= 1 && writes >= 1 && (nodes >= 2 || writes >= 2);
  if (proven || (known && found.rival == manager)) {  // any action of a known rival shows that it is still there
    found.rival = manager;
    found.last_sign = now;
    return known ? Rivalry::none : Rivalry::proven;
  }
  if (nodes < suspicious_nodes || writes > 0 || now < found.no_suspicion_before) return Rivalry::none;
  found.suspected_until = now + suspicion;
  found.no_suspicion_before = now + quiet_time;
  return Rivalry::suspected;
}

void Guard::forget_old(Case& found, Instant now) {
  const auto old = [now](const auto& deed) { return now - deed.second > together; };
  for (auto& [manager, deeds] : found.clients) {
    std::erase_if(deeds.nodes, old);
    std::erase_if(deeds.status_writes, old);
  }
  std::erase_if(found.clients, [now](const auto& client) { return now - client.second.last > together; });
}

void Guard::forget(const cache::Key& key) {
  cases_.erase(key);
}

bool Guard::may_judge(Instant now) const {
  return leading_since_ != Instant::max() && now >= leading_since_ + grace;
}

const Guard::Case* Guard::find(const cache::Key& key) const {
  const auto found = cases_.find(key);
  return found == cases_.end() ? nullptr : &found->second;
}

std::string Guard::rival(const cache::Key& key, Instant now) const {
  const Case* found = find(key);
  return found == nullptr || found->rival.empty() || now - found->last_sign > quiet_time ? std::string{} : found->rival;
}

Rivalry Guard::rivalry(const cache::Key& key, Instant now) const {
  if (!rival(key, now).empty()) return Rivalry::proven;
  const Case* found = find(key);
  return found != nullptr && now < found->suspected_until ? Rivalry::suspected : Rivalry::none;
}

Guard::Instant Guard::again_at(const cache::Key& key) const {
  const Case* found = find(key);
  if (found == nullptr) return Instant::min();
  if (found->rival.empty()) return found->suspected_until;
  return std::max(found->suspected_until, found->last_sign + quiet_time + Instant::duration{1});
}

std::size_t Guard::rivalled(Instant now) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(cases_, [&](const auto& each) { return !rival(each.first, now).empty(); }));
}

}  // namespace everynode::sync
