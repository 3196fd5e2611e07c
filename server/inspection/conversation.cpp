#include "everynode/inspection/conversation.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <utility>

#include "settings.hpp"

namespace everynode::inspection {

Conversation::Conversation(const Target& target, const ConversationOptions& options)
    : config_(configuration(target)),
      chosen_namespace_(namespace_of(target, config_)),
      client_(loop_.get_executor(), config_,
              {.request_timeout = options.patience,
               .user_agent = user_agent(),
               .plugin = {.attended = options.attended && somebody_is_there(), .patience = options.patience},
               .compression = true}) {}

Conversation::~Conversation() {
  client_.close();
  loop_.restart();
  loop_.run();
}

kube::Outcome Conversation::ask(const kube::Request& request) {
  auto asking = boost::asio::co_spawn(loop_, client_.send(request), boost::asio::use_future);
  loop_.restart();
  while (asking.wait_for(std::chrono::seconds(0)) != std::future_status::ready) loop_.run_one();
  return asking.get();
}

std::string Conversation::address() const {
  return config_.address() + config_.path_prefix;
}

}  // namespace everynode::inspection
