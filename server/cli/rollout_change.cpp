#include "rollout_change.hpp"

#include <iostream>

#include "everynode/codec/printable.hpp"
#include "program.hpp"

namespace everynode::cli {

int run_rollout_change(const RolloutChangeSettings& settings) {
  inspection::Conversation conversation(settings.target);
  const inspection::SteerOptions options{.dry_run = settings.dry_run, .program = program_name()};
  const auto [done, warnings] = inspection::steer(conversation, settings.target.name, settings.wish, options);
  for (const std::string& warning : warnings) std::cerr << "Warning: " << codec::printable(warning) << "\n";
  if (!done) {
    std::cerr << program_name() << " rollout " << sync::name_of(settings.wish.change) << ": "
              << codec::printable(done.error().why) << "\n";
    return done.error().unread ? 2 : 1;
  }
  std::cout << codec::printable(*done) << std::endl;
  return 0;
}

}  // namespace everynode::cli
