/// What a server process does when its terminal or the reader of its log goes away.
#pragma once

namespace everynode::serving {

/// Makes a write to a pipe without a reader fail (EPIPE) instead of ending the process.
void ignore_broken_pipes();

/// Whether our parent process made us ignore hangups (nohup). If not, a hangup asks us to drain and end.
[[nodiscard]] bool ignores_hangups();

}  // namespace everynode::serving
