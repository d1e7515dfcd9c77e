#include <mlops/emulator/program.hpp>

int main(int argc, char** argv) {
  return mlops::emulator::run_program(argc, argv);
}
