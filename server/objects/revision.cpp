#include "everynode/objects/revision.hpp"

#include <nlohmann/json.hpp>

#include "everynode/codec/hash.hpp"

namespace everynode::objects {
namespace {

using Json = nlohmann::json;

Json object_of(const Labels& labels) {
  Json object = Json::object();
  for (const auto& [key, value] : labels) object[key] = value;
  return object;
}

}  // namespace

std::string revision_hash(std::string_view data, std::optional<std::int64_t> collision_count) {
  std::uint64_t hash = codec::fnv1a(data);
  if (collision_count) hash = codec::fnv1a("/" + std::to_string(*collision_count), hash);
  return codec::name_suffix(hash, 10);
}

std::string revision_body(const DaemonSet& daemon_set, std::string_view hash, std::int64_t revision) {
  Json labels = object_of(daemon_set.pod_template.labels);
  labels[revision_hash_label] = hash;
  Json body{{"apiVersion", "apps/v1"}, {"kind", "ControllerRevision"}, {"revision", revision}};
  body["metadata"] = {{"name", daemon_set.name + "-" + std::string(hash)},
                      {"namespace", daemon_set.namespace_},
                      {"labels", std::move(labels)},
                      {"annotations", object_of(daemon_set.annotations)},
                      {"ownerReferences", Json::array({{{"apiVersion", "apps/v1"},
                                                        {"kind", "DaemonSet"},
                                                        {"name", daemon_set.name},
                                                        {"uid", daemon_set.uid},
                                                        {"controller", true},
                                                        {"blockOwnerDeletion", true}}})}};
  std::string text = body.dump();
  text.pop_back();
  return text.append(",\"data\":").append(daemon_set.revision_data).append("}");
}

}  // namespace everynode::objects
