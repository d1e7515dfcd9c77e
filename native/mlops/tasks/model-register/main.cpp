#include <mlops/agent/program.hpp>
#include <mlops/tasks/model-register/run.hpp>
#include <mlops/tasks/model-register/spec.hpp>

int main(int argc, char** argv) {
  return mlops::agent::run_program(mlops::tasks::model_register::spec(), mlops::tasks::model_register::run, argc, argv);
}
