#include <mlops/agent/program.hpp>
#include <mlops/tasks/quality-gate/run.hpp>
#include <mlops/tasks/quality-gate/spec.hpp>

int main(int argc, char** argv) {
  return mlops::agent::run_program(mlops::tasks::quality_gate::spec(), mlops::tasks::quality_gate::run, argc, argv);
}
