/// A Lease of coordination.k8s.io/v1, as leader election reads and writes it.
#pragma once

#include <chrono>
#include <expected>
#include <map>
#include <string>
#include <vector>

#include "everynode/codec/document.hpp"
#include "everynode/kube/request.hpp"

namespace everynode::protocol {

using LeaseTime = std::chrono::sys_time<std::chrono::microseconds>;

/// A Lease as another process wrote it. We do not read its times, because clocks differ.
struct Lease {
  std::string resource_version;
  std::string holder;  ///< empty: nobody holds it
  std::chrono::seconds duration{0};
  std::int64_t transitions = 0;
  std::map<std::string, std::string> members;  ///< of the group that holds it: key and text of each
};

/// `document` is memory to work with.
[[nodiscard]] std::expected<Lease, codec::Mistake> read_lease(const std::string& json, codec::Document& document);

/// The process that writes a Lease, and where.
struct LeaseClaim {
  kube::ObjectKey key;
  std::string identity;
  std::chrono::seconds duration{15};
  /// Who writes in the name of a group; empty: nobody else has this identity.
  std::string member;
};

/// Under which key a member stands in the annotations of a group's Lease.
[[nodiscard]] std::string member_key(std::string_view member);
/// The member of such a text, "MEMBER TIME"; everything else is of no use, and has the member "".
[[nodiscard]] std::string member_in(std::string_view text);

[[nodiscard]] kube::Request create_lease(const LeaseClaim& claim, LeaseTime now);
// Both patch the version of the Lease that we read and no later one, and leave fields that we do not know as they are.
[[nodiscard]] kube::Request take_lease(const LeaseClaim& claim, const Lease& lease, LeaseTime now);
/// `gone`: the keys of members that are to be taken out.
[[nodiscard]] kube::Request renew_lease(const LeaseClaim& claim, const Lease& lease, LeaseTime now,
                                        const std::vector<std::string>& gone = {});
/// Gives the lease up, so that another process can take it at once.
[[nodiscard]] kube::Request release_lease(const LeaseClaim& claim, const Lease& lease, LeaseTime now);
/// Takes the member out; its group goes on holding the Lease.
[[nodiscard]] kube::Request leave_lease(const LeaseClaim& claim, const Lease& lease);

}  // namespace everynode::protocol
