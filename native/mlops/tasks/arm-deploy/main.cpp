#include <mlops/agent/program.hpp>
#include <mlops/tasks/arm-deploy/run.hpp>
#include <mlops/tasks/arm-deploy/spec.hpp>

int main(int argc, char** argv) {
  return mlops::agent::run_program(mlops::tasks::arm_deploy::spec(), mlops::tasks::arm_deploy::run, argc, argv);
}
