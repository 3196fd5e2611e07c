#include "pod_text.hpp"

#include <algorithm>
#include <utility>

#include "everynode/objects/decode.hpp"
#include "limits.hpp"

namespace everynode::admission {
namespace {

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

/// Reads a part of the pod, if it has one; `where` is its place.
template <class Out>
std::expected<void, codec::Mistake> read_part(const std::string& text, std::string_view where,
                                              codec::Document& document, Out& out) {
  if (text.empty()) return {};
  std::optional<codec::Mistake> mistake;
  auto whole = document.read(text, [&](codec::JsonValue root) {
    codec::Reader reader(codec::UnknownFields::skipped, most_elements, root.reader.escapes());
    read(codec::JsonValue{reader, root.element}, out);
    if (!reader.ok()) mistake = reader.mistake();
  });
  if (!mistake && !whole) mistake = std::move(whole.error());
  if (!mistake) return {};
  mistake->where.insert(0, where);
  return std::unexpected(std::move(*mistake));
}

std::optional<std::string_view> viewed(const std::optional<std::string>& text) {
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

}  // namespace

ContainersText::ContainersText(std::string_view json) {
  text_.reserve(json.size() + codec::Document::padding);
  text_ = json;
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
         viewed(preemption_policy_) == spec.preemption_policy && labels_ == other.metadata.labels_json;
}

std::size_t PodText::bytes() const {
  return sizeof(PodText) + namespace_.size() + labels_.size() + init_containers_.bytes() + containers_.bytes();
}

std::expected<objects::Pod, codec::Mistake> PodText::read(Documents& documents) const {
  objects::Pod pod;
  pod.metadata.namespace_ = namespace_;
  pod.spec.priority_class_name = viewed(priority_class_name_);
  pod.spec.priority = priority_;
  pod.spec.preemption_policy = viewed(preemption_policy_);
  pod.spec.own_resources = own_resources_;
  objects::PodSpec& spec = pod.spec;
  auto whole = read_part(labels_, "metadata.labels", documents.labels, pod.metadata.labels);
  if (whole)
    whole = read_part(init_containers_.text(), "spec.initContainers", documents.init_containers, spec.init_containers);
  if (whole) whole = read_part(containers_.text(), "spec.containers", documents.containers, spec.containers);
  if (!whole) return std::unexpected(std::move(whole.error()));
  return pod;
}

}  // namespace everynode::admission
