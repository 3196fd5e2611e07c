/// The user's browser. Private to `page`.
#pragma once

#include <sys/types.h>

#include <string>

namespace everynode::page {

class Browser {
 public:
  /// Asks the desktop (xdg-open) to show the address. False: there is no such program.
  [[nodiscard]] bool open(const std::string& address);
  /// Takes note of the end of what `open` has started. Call it now and then.
  void reap();

 private:
  pid_t opener_ = 0;
};

}  // namespace everynode::page
