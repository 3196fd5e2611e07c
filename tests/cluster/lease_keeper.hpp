/// Leases as the API server stores them.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "fake_api_server.hpp"

namespace everynode::cluster {

/// Answers GET, POST and PATCH of Leases; a PATCH of another version, and a POST of a name that is taken, get 409.
class LeaseKeeper {
 public:
  support::ApiAnswer operator()(const support::ApiRequest& request) {
    const nlohmann::json body = request.method == "GET" ? nlohmann::json() : nlohmann::json::parse(request.body);
    const std::string name = request.method == "POST" ? body["metadata"]["name"].get<std::string>()
                                                      : request.target.substr(request.target.rfind('/') + 1);
    nlohmann::json& lease = leases_[name];
    if (request.method == "GET") return lease.is_null() ? support::ApiAnswer{.status = 404} : answer(lease);
    if (request.method == "POST" && !lease.is_null()) return {.status = 409};
    if (request.method == "PATCH") {
      if (lease.is_null()) return {.status = 404};
      if (body["metadata"]["resourceVersion"] != lease["metadata"]["resourceVersion"]) return {.status = 409};
    }
    lease.merge_patch(body);
    lease["metadata"]["resourceVersion"] = std::to_string(++version_);
    return answer(lease);
  }

 private:
  static support::ApiAnswer answer(const nlohmann::json& lease) { return {.status = 200, .body = lease.dump()}; }

  std::map<std::string, nlohmann::json> leases_;
  int version_ = 0;
};

}  // namespace everynode::cluster
