/// Leases for machines: an API server that answers at once.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "everynode/kube/reply.hpp"
#include "everynode/kube/request.hpp"

namespace everynode::support {

/// Leases with optimistic locking.
class LeaseServer {
 public:
  kube::Reply handle(const kube::Request& request) {
    const bool creates = request.verb == kube::Verb::create;
    const nlohmann::json body = request.body.empty() ? nlohmann::json() : nlohmann::json::parse(request.body);
    const std::string name =
        creates ? body["metadata"]["name"].get<std::string>() : request.target.substr(request.target.rfind('/') + 1);
    nlohmann::json& lease = leases_[name];
    if (request.verb == kube::Verb::get) return answer(lease, lease.is_null() ? 404 : 200);
    if (creates && !lease.is_null()) return answer(lease, 409);
    if (!creates && lease.is_null()) return answer(lease, 404);
    if (creates) lease = body;
    if (!creates) {
      if (body["metadata"]["resourceVersion"] != lease["metadata"]["resourceVersion"]) return answer(lease, 409);
      lease.merge_patch(body);
    }
    lease["metadata"]["resourceVersion"] = std::to_string(++version_);
    return answer(lease, 200);
  }
  /// As somebody who cleans up does it.
  void erase(const std::string& name) { leases_.erase(name); }

 private:
  static kube::Reply answer(const nlohmann::json& lease, unsigned status) {
    return {.status = status, .body = status == 200 ? lease.dump() : "", .retry_after = {}};
  }

  std::map<std::string, nlohmann::json> leases_;
  int version_ = 0;
};

}  // namespace everynode::support
