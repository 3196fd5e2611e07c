#include "everynode/protocol/lease.hpp"

#include "everynode/codec/json_text.hpp"
#include "everynode/objects/time.hpp"

namespace everynode::protocol {
namespace {

using codec::field;
using codec::JsonValue;

void read_spec(JsonValue value, Lease& out) {
  std::int64_t seconds = out.duration.count();
  codec::read_fields(value, field<"holderIdentity">(out.holder), field<"leaseDurationSeconds">(seconds),
                     field<"leaseTransitions">(out.transitions));
  out.duration = std::chrono::seconds{seconds};
}

/// "{" and the fields of the spec that every write sets.
std::string spec(std::string_view holder, std::chrono::seconds duration, LeaseTime now) {
  std::string text = "{";
  codec::append_text(text, "holderIdentity", holder);
  codec::append_number(text, "leaseDurationSeconds", duration.count());
  codec::append_text(text, "renewTime", objects::to_rfc3339_micro(now));
  return text;
}

kube::Request patch(const LeaseClaim& claim, const Lease& lease, std::string_view spec) {
  std::string body = R"({"metadata":{)";
  codec::append_text(body, "resourceVersion", lease.resource_version);
  body += '}';
  codec::append_member(body, "spec");
  body.append(spec).append("}");
  return kube::merge_patch(kube::leases, claim.key, std::move(body));
}

}  // namespace

std::expected<Lease, codec::Mistake> read_lease(const std::string& json, codec::Document& document) {
  Lease out;
  const auto read_metadata = [&](JsonValue metadata) {
    codec::read_fields(metadata, field<"resourceVersion">(out.resource_version));
  };
  auto whole = document.read(json, [&](JsonValue root) {
    codec::read_fields(root, codec::visit<"metadata">(read_metadata),
                       codec::visit<"spec">([&](JsonValue spec) { read_spec(spec, out); }));
  });
  if (!whole) return std::unexpected(std::move(whole.error()));
  if (out.resource_version.empty()) return codec::mistake("no metadata.resourceVersion");
  return out;
}

kube::Request create_lease(const LeaseClaim& claim, LeaseTime now) {
  std::string body = R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{)";
  codec::append_text(body, "name", claim.key.name);
  codec::append_text(body, "namespace", claim.key.namespace_);
  body += '}';
  codec::append_member(body, "spec");
  body += spec(claim.identity, claim.duration, now);
  codec::append_text(body, "acquireTime", objects::to_rfc3339_micro(now));
  codec::append_number(body, "leaseTransitions", 0);
  return kube::create(kube::leases, claim.key.namespace_, body + "}}");
}

kube::Request take_lease(const LeaseClaim& claim, const Lease& lease, LeaseTime now) {
  std::string text = spec(claim.identity, claim.duration, now);
  codec::append_text(text, "acquireTime", objects::to_rfc3339_micro(now));
  codec::append_number(text, "leaseTransitions", lease.transitions + 1);
  return patch(claim, lease, text + '}');
}

kube::Request renew_lease(const LeaseClaim& claim, const Lease& lease, LeaseTime now) {
  return patch(claim, lease, spec(claim.identity, claim.duration, now) + '}');
}

kube::Request release_lease(const LeaseClaim& claim, const Lease& lease, LeaseTime now) {
  std::string text = spec("", std::chrono::seconds{1}, now);
  codec::append_text(text, "acquireTime", objects::to_rfc3339_micro(now));
  return patch(claim, lease, text + '}');
}

}  // namespace everynode::protocol
