/// Text in command lines of a shell.
#pragma once

#include <string>
#include <string_view>

namespace everynode::codec {

/// In single quotes, for bash, zsh and fish alike. Backslashes stay as they are, but for fish they mean something
/// there.
[[nodiscard]] std::string in_single_quotes(std::string_view text);

/// The text as one word: as it is if no shell sees more in it, else in single quotes.
[[nodiscard]] std::string shell_word(std::string_view text);

}  // namespace everynode::codec
