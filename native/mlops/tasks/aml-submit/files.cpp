#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <mlops/aml/compile/compile.hpp>
#include <mlops/tasks/aml-submit/files.hpp>

namespace mlops::tasks::aml_submit {

namespace {

using aml::Kind;

// What may refer to what: each kind only to those before it.
constexpr std::array k_order = {Kind::datastore,       Kind::compute,
                                Kind::environment,     Kind::data,
                                Kind::component,       Kind::model,
                                Kind::command_job,     Kind::sweep_job,
                                Kind::spark_job,       Kind::automl_job,
                                Kind::pipeline_job,    Kind::schedule,
                                Kind::batch_endpoint,  Kind::batch_deployment,
                                Kind::online_endpoint, Kind::online_deployment};

std::size_t rank(Kind kind) {
  return static_cast<std::size_t>(std::find(k_order.begin(), k_order.end(), kind) - k_order.begin());
}

InputFile load(const std::filesystem::path& file, const agent::Variables& variables, const aml::Overrides& overrides) {
  InputFile loaded{aml::load_yaml(file, variables, overrides), {}};
  loaded.kind = aml::kind_of(loaded.yaml);
  return loaded;
}

// What the inputs say about a file of that kind; the values that name a key themselves come last, and so win.
aml::Overrides overrides_of(const Options& options, const InputFile& file) {
  aml::Overrides overrides = options.overrides;
  if (!options.compute.empty() && file.is_job()) {
    const bool whole = options.compute.find(':') != std::string::npos || options.compute.front() == '/';
    const char* const key = file.kind == aml::Kind::pipeline_job ? "settings.default_compute" : "compute";
    overrides.values.insert(overrides.values.begin(), {key, whole ? options.compute : "azureml:" + options.compute});
  }
  return overrides;
}

}  // namespace

std::vector<InputFile> load_files(const Options& options, const agent::Variables& variables) {
  std::vector<InputFile> files;
  for (const auto& file : options.files) files.push_back(load(file, variables, {}));
  const auto jobs = std::count_if(files.begin(), files.end(), [](const InputFile& file) { return file.is_job(); });
  if (jobs > 1 && !options.name.empty()) {
    throw agent::input_error("name", fmt::format("would be the name of {} jobs", jobs), "Submit them one by one.");
  }
  for (auto& file : files) {
    const aml::Overrides overrides = overrides_of(options, file);
    const bool any = !overrides.values.empty() || !overrides.parameters.empty();
    if (any && (jobs == 0 || file.is_job())) file = load(file.yaml.file(), variables, overrides);
  }
  std::stable_sort(files.begin(), files.end(),
                   [](const InputFile& a, const InputFile& b) { return rank(a.kind) < rank(b.kind); });
  return files;
}

}  // namespace mlops::tasks::aml_submit
