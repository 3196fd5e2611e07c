#include "everynode/cli/command_line.hpp"

int main(int argc, char** argv) {
  return everynode::cli::run_command_line(argc, argv);
}
