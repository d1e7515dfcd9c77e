#include <mlops/agent/program.hpp>
#include <mlops/tasks/config-resolve/run.hpp>
#include <mlops/tasks/config-resolve/spec.hpp>

int main(int argc, char** argv) {
  return mlops::agent::run_program(mlops::tasks::config_resolve::spec(), mlops::tasks::config_resolve::run, argc, argv);
}
