/// Leases as the API server stores them.
#pragma once

#include "fake_api_server.hpp"
#include "lease_server.hpp"

namespace everynode::cluster {

/// Answers GET, POST and PATCH of Leases; a PATCH of another version, and a POST of a name that is taken, get 409.
class LeaseKeeper {
 public:
  support::ApiAnswer operator()(const support::ApiRequest& request) {
    kube::Request asked;
    asked.target = request.target;
    asked.body = request.body;
    asked.verb = request.method == "GET"    ? kube::Verb::get
                 : request.method == "POST" ? kube::Verb::create
                                            : kube::Verb::patch;
    const kube::Reply reply = leases_.handle(asked);
    return {.status = reply.status, .body = reply.body};
  }

 private:
  support::LeaseServer leases_;
};

}  // namespace everynode::cluster
