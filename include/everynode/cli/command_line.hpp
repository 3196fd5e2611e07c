/// The command line: one verb, its flags, and what runs for it.
#pragma once

namespace everynode::cli {

/// Runs the verb and returns the process's exit code; 2 for a command line or a setup that cannot work, with the reason
/// on standard error.
int run_command_line(int argc, char** argv);

}  // namespace everynode::cli
