#include "everynode/app/command_line.hpp"

int main(int argc, char** argv) {
  return everynode::app::run_command_line(argc, argv);
}
