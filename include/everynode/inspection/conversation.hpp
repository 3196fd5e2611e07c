/// One request after the other to a cluster, for verbs that need no cache.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <string>

#include "everynode/cluster/client.hpp"
#include "everynode/cluster/config.hpp"
#include "everynode/inspection/inspector.hpp"
#include "everynode/kube/reply.hpp"
#include "everynode/kube/request.hpp"

namespace everynode::inspection {

struct ConversationOptions {
  bool attended = true;               ///< a credential plugin may ask somebody at the terminal
  std::chrono::seconds patience{30};  ///< for each request, and for a credential plugin
};

class Conversation {
 public:
  /// Throws std::runtime_error if there is no configuration to reach the cluster.
  explicit Conversation(const Target& target, const ConversationOptions& options = {});
  ~Conversation();
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  /// Waits for the answer.
  [[nodiscard]] kube::Outcome ask(const kube::Request& request);

  [[nodiscard]] std::string address() const;
  /// The target's, else the context's, else "default".
  [[nodiscard]] const std::string& namespace_() const { return chosen_namespace_; }

 private:
  boost::asio::io_context loop_{1};
  cluster::Config config_;
  std::string chosen_namespace_;
  cluster::Client client_;
};

}  // namespace everynode::inspection
