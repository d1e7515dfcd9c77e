#include <mlops/runner/program.hpp>

int main(int argc, char** argv) {
  return mlops::runner::run_program(argc, argv);
}
