#include <mlops/agent/program.hpp>
#include <mlops/tasks/deploy-aks/run.hpp>
#include <mlops/tasks/deploy-aks/spec.hpp>

int main(int argc, char** argv) {
  return mlops::agent::run_program(mlops::tasks::deploy_aks::spec(), mlops::tasks::deploy_aks::run, argc, argv);
}
