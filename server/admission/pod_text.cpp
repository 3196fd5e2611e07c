#include "pod_text.hpp"

#include <algorithm>
#include <utility>

#include "everynode/codec/json_text.hpp"
#include "read_object.hpp"

namespace everynode::admission {
namespace {

std::string_view stamp_in(const objects::PodMetadata& metadata) {
  return metadata.annotations ? metadata.annotations->overlays : std::string_view{};
}

constexpr std::string_view before_random = R"({"name":"kube-api-access-)";
constexpr std::size_t random_length = 5;
/// Nothing but that mount reads so: in a text of the pod's owner the quotes would be escaped.
constexpr std::string_view behind_random =
    R"(","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount")";

bool is_random(std::string_view name) {
  return std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

std::optional<std::string> kept(const std::optional<std::string_view>& text) {
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

std::optional<std::string_view> viewed(const std::optional<std::string>& text) {
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

}  // namespace

ContainersText::ContainersText(std::string_view json) : text_(json) {
  for (std::size_t at = text_.find(before_random); at != std::string::npos; at = text_.find(before_random, at + 1)) {
    const std::size_t random = at + before_random.size();
    if (random + random_length > text_.size() || !is_random(json.substr(random, random_length))) continue;
    if (json.substr(random + random_length).starts_with(behind_random)) random_.push_back(random);
  }
}

bool ContainersText::is_like(std::string_view other) const {
  const std::string_view text = text_;
  if (other.size() != text.size()) return false;
  std::size_t from = 0;
  for (const std::size_t random : random_) {
    if (other.substr(from, random - from) != text.substr(from, random - from)) return false;
    if (!is_random(other.substr(random, random_length))) return false;
    from = random + random_length;
  }
  return other.substr(from) == text.substr(from);
}

PodText::PodText(const objects::Pod& pod)
    : namespace_(pod.metadata.namespace_),
      labels_(pod.metadata.labels_json),
      stamp_(stamp_in(pod.metadata)),
      init_containers_(pod.spec.init_containers_json),
      containers_(pod.spec.containers_json),
      priority_class_name_(kept(pod.spec.priority_class_name)),
      priority_(pod.spec.priority),
      preemption_policy_(kept(pod.spec.preemption_policy)),
      own_resources_(pod.spec.own_resources) {}

bool PodText::is_like(const objects::Pod& other) const {
  const objects::PodSpec& spec = other.spec;
  return own_resources_ == spec.own_resources && priority_ == spec.priority &&
         containers_.is_like(spec.containers_json) && init_containers_.is_like(spec.init_containers_json) &&
         viewed(priority_class_name_) == spec.priority_class_name &&
         viewed(preemption_policy_) == spec.preemption_policy && labels_ == other.metadata.labels_json &&
         stamp_ == stamp_in(other.metadata);
}

std::size_t PodText::bytes() const {
  const std::size_t priority =
      viewed(priority_class_name_).value_or("").size() + viewed(preemption_policy_).value_or("").size();
  return sizeof(PodText) + namespace_.size() + labels_.size() + stamp_.size() + init_containers_.bytes() +
         containers_.bytes() + priority;
}

std::string PodText::json() const {
  std::string out;
  out.reserve(labels_.size() + init_containers_.text().size() + containers_.text().size() +
              2 * codec::Document::padding);
  const auto add = [&](std::string_view name, const std::string& text) {
    if (text.empty()) return;
    codec::append_member(out, name);
    out += text;
  };
  out += R"({"metadata":{)";
  add("labels", labels_);
  out += R"(},"spec":{)";
  add("initContainers", init_containers_.text());
  add("containers", containers_.text());
  out += "}}";
  return out;
}

std::expected<objects::Pod, std::string> PodText::read(Source& source) const {
  source.text = json();
  Request read;
  const auto whole = source.document.read(
      source.text, [&](codec::JsonValue root) { read_object(root, objects::PodParts::all, read); });
  if (!read.unreadable.empty()) return std::unexpected(std::move(read.unreadable));
  if (!whole) return std::unexpected(whole.error().text());
  objects::Pod& pod = read.pod;
  pod.metadata.namespace_ = namespace_;
  if (!stamp_.empty()) pod.metadata.annotations.emplace().overlays = stamp_;
  pod.spec.priority_class_name = viewed(priority_class_name_);
  pod.spec.priority = priority_;
  pod.spec.preemption_policy = viewed(preemption_policy_);
  pod.spec.own_resources = own_resources_;
  return std::move(pod);
}

}  // namespace everynode::admission
