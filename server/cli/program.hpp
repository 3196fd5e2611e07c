/// The program's name in its help and its errors: as the user called it.
#pragma once

#include <string>
#include <string_view>

namespace everynode::cli {

/// "kubectl everynode" for a first word (argv[0]) whose last part is kubectl-everynode, which is how kubectl runs its
/// plugins; else "everynode".
[[nodiscard]] std::string name_for(std::string_view first_word);

/// The name of this process: the last one given to `remember_name`; "everynode" before that.
[[nodiscard]] const std::string& program_name();
void remember_name(std::string_view first_word);

/// Writes out what is left of standard output. The exit code of a verb that would end with `code`: 2, and a line on
/// standard error, if not everything that it printed could be written.
[[nodiscard]] int with_output_written(int code);

}  // namespace everynode::cli
