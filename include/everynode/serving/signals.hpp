/// What a process that serves does when its terminal or the reader of its log goes.
#pragma once

namespace everynode::serving {

/// A write to a pipe that nobody reads fails (EPIPE); it does not end the process.
void ignore_broken_pipes();

/// Whether whoever started us has had hangups ignored (nohup). If not, a hangup is a wish to end in an orderly way.
[[nodiscard]] bool ignores_hangups();

}  // namespace everynode::serving
