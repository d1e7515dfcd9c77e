#include <mlops/agent/program.hpp>
#include <mlops/tasks/aml-submit/run.hpp>
#include <mlops/tasks/aml-submit/spec.hpp>

int main(int argc, char** argv) {
  return mlops::agent::run_program(mlops::tasks::aml_submit::spec(), mlops::tasks::aml_submit::run, argc, argv);
}
