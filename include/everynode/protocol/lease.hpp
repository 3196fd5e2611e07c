/// A Lease of coordination.k8s.io/v1, as leader election reads and writes it.
#pragma once

#include <chrono>
#include <expected>
#include <string>

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
};

/// `document` is memory to work with.
[[nodiscard]] std::expected<Lease, codec::Mistake> read_lease(const std::string& json, codec::Document& document);

/// The process that writes a Lease, and where.
struct LeaseClaim {
  kube::ObjectKey key;
  std::string identity;
  std::chrono::seconds duration{15};
};

[[nodiscard]] kube::Request create_lease(const LeaseClaim& claim, LeaseTime now);
// Both patch the version of the Lease that we read and no later one, and leave fields that we do not know as they are.
[[nodiscard]] kube::Request take_lease(const LeaseClaim& claim, const Lease& lease, LeaseTime now);
[[nodiscard]] kube::Request renew_lease(const LeaseClaim& claim, const Lease& lease, LeaseTime now);
/// Gives the lease up, so that another process can take it at once.
[[nodiscard]] kube::Request release_lease(const LeaseClaim& claim, const Lease& lease, LeaseTime now);

}  // namespace everynode::protocol
