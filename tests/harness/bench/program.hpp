/// The main function of programs whose instructions a benchmark counts.
#pragma once

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

namespace everynode::bench {

/// Returns the exit code: that of `run`, 2 for a wrong command line, 1 if anything else goes wrong.
template <class Options>
int run_program(Options (*read)(int, char**), int (*run)(const Options&), int count, char** arguments) {
  try {
    return run(read(count, arguments));
  } catch (const CLI::Error& error) {
    std::cerr << error.what() << '\n';
    return 2;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}

}  // namespace everynode::bench
