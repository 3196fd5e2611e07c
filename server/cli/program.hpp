/// What the program calls itself in its help and its errors: as people called it.
#pragma once

#include <string>
#include <string_view>

namespace everynode::cli {

/// "kubectl everynode" for a first word (argv[0]) whose last part is kubectl-everynode, which is how kubectl runs its
/// plugins; else "everynode".
[[nodiscard]] std::string name_for(std::string_view first_word);

/// Of the process: what `remember_name` was told last; "everynode" before.
[[nodiscard]] const std::string& program_name();
void remember_name(std::string_view first_word);

}  // namespace everynode::cli
