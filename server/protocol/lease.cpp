#include "everynode/protocol/lease.hpp"

#include "everynode/codec/hash.hpp"
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

constexpr std::string_view member_prefix = "everynode.dev/member-";

/// Adds the member to the metadata that `out` ends with, and takes others out.
void append_members(std::string& out, const LeaseClaim& claim, LeaseTime now, const std::vector<std::string>& gone) {
  if (claim.member.empty()) return;
  codec::append_member(out, "annotations");
  out += '{';
  codec::append_text(out, std::string(member_prefix) + member_key(claim.member),
                     claim.member + " " + objects::to_rfc3339_micro(now));
  for (const std::string& key : gone) {
    codec::append_member(out, std::string(member_prefix) + key);
    out += "null";
  }
  out += '}';
}

/// Takes the member out of the metadata that `out` ends with.
void append_leaving(std::string& out, const LeaseClaim& claim) {
  if (claim.member.empty()) return;
  codec::append_member(out, "annotations");
  out += '{';
  codec::append_member(out, std::string(member_prefix) + member_key(claim.member));
  out += "null}";
}

/// "{" and what each patch of the version that we read begins with.
std::string patch_of(const Lease& lease) {
  std::string body = R"({"metadata":{)";
  codec::append_text(body, "resourceVersion", lease.resource_version);
  return body;
}

/// `body` ends with the patch's metadata.
kube::Request patch(const LeaseClaim& claim, std::string body, std::string_view spec) {
  body += '}';
  codec::append_member(body, "spec");
  body.append(spec).append("}}");
  return kube::merge_patch(kube::leases, claim.key, std::move(body));
}

kube::Request hold(const LeaseClaim& claim, const Lease& lease, std::string_view spec, LeaseTime now,
                   const std::vector<std::string>& gone = {}) {
  std::string body = patch_of(lease);
  append_members(body, claim, now, gone);
  return patch(claim, std::move(body), spec);
}

void read_members(JsonValue annotations, Lease& out) {
  codec::visit_members(annotations, [&](std::string_view key, JsonValue value) {
    if (!key.starts_with(member_prefix)) return;
    codec::read(value, out.members[std::string(key.substr(member_prefix.size()))]);
  });
}

}  // namespace

std::string member_key(std::string_view member) {
  return codec::name_suffix(codec::fnv1a(member), 12);
}

std::string member_in(std::string_view text) {
  const auto space = text.rfind(' ');
  return space == std::string_view::npos ? std::string() : std::string(text.substr(0, space));
}

std::expected<Lease, codec::Mistake> read_lease(const std::string& json, codec::Document& document) {
  Lease out;
  const auto read_metadata = [&](JsonValue metadata) {
    codec::read_fields(metadata, field<"resourceVersion">(out.resource_version),
                       codec::visit<"annotations">([&](JsonValue annotations) { read_members(annotations, out); }));
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
  append_members(body, claim, now, {});
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
  return hold(claim, lease, text, now);
}

kube::Request renew_lease(const LeaseClaim& claim, const Lease& lease, LeaseTime now,
                          const std::vector<std::string>& gone) {
  return hold(claim, lease, spec(claim.identity, claim.duration, now), now, gone);
}

kube::Request leave_lease(const LeaseClaim& claim, const Lease& lease) {
  std::string body = patch_of(lease);
  append_leaving(body, claim);
  return kube::merge_patch(kube::leases, claim.key, body + "}}");
}

kube::Request release_lease(const LeaseClaim& claim, const Lease& lease, LeaseTime now) {
  std::string text = spec("", std::chrono::seconds{1}, now);
  codec::append_text(text, "acquireTime", objects::to_rfc3339_micro(now));
  std::string body = patch_of(lease);
  append_leaving(body, claim);
  return patch(claim, std::move(body), text);
}

}  // namespace everynode::protocol
