#include "tuner/cli/program.hpp"

int main(int argc, char** argv) {
  return tune::tuner::run_program(argc, argv);
}
