#include <fmt/format.h>

#include <algorithm>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/execution/job_environment.hpp>
#include <mlops/emulator/json_access.hpp>

namespace mlops::emulator {

namespace {

namespace fs = std::filesystem;

constexpr auto k_token_lifetime = std::chrono::hours(24 * 14);  // longer than any job
constexpr const char* k_plain_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

bool is_inherited(const std::string& name) {
  static const std::vector<std::string> k_names{"HOME",
                                                "USER",
                                                "LOGNAME",
                                                "LANG",
                                                "LANGUAGE",
                                                "TZ",
                                                "TMPDIR",
                                                "PATH",
                                                "LD_LIBRARY_PATH",
                                                "http_proxy",
                                                "https_proxy",
                                                "HTTP_PROXY",
                                                "HTTPS_PROXY",
                                                "SSL_CERT_FILE",
                                                "SSL_CERT_DIR",
                                                "REQUESTS_CA_BUNDLE"};
  static const std::vector<std::string> k_prefixes{"LC_", "PIP_", "OPENBLAS_", "OMP_", "MKL_", "CUDA_", "NVIDIA_"};
  return std::find(k_names.begin(), k_names.end(), name) != k_names.end() ||
         std::any_of(k_prefixes.begin(), k_prefixes.end(),
                     [&](const auto& prefix) { return name.starts_with(prefix); });
}

std::string system_authorities(const Variables& variables) {
  std::vector<std::string> places;
  for (const char* name : {"REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"}) {
    if (const auto found = variables.find(name); found != variables.end()) places.push_back(found->second);
  }
  places.insert(places.end(), {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"});
  for (const auto& place : places) {
    std::error_code missing;
    if (fs::is_regular_file(place, missing)) return core::read_file(place);
  }
  return {};
}

}  // namespace

Variables inherited_variables(const Variables& own) {
  Variables variables;
  for (const auto& [name, value] : own) {
    if (is_inherited(name)) variables[name] = value;
  }
  variables.try_emplace("PATH", k_plain_path);
  variables.try_emplace("LANG", "C.UTF-8");
  // The emulator itself is never behind a proxy.
  const auto exceptions = own.find("NO_PROXY") != own.end() ? own.find("NO_PROXY") : own.find("no_proxy");
  const std::string more = exceptions == own.end() ? "" : ',' + exceptions->second;
  variables["NO_PROXY"] = variables["no_proxy"] = "127.0.0.1,localhost" + more;
  return variables;
}

PythonEnvironments::Settings python_settings(const Settings& settings, const Variables& variables) {
  return {.folder = settings.data / "environments",
          .python = settings.python,
          .offline = settings.offline,
          .variables = variables};
}

void activate(Variables& variables, const PythonEnvironment& environment) {
  variables["PATH"] = environment.bin().string() + ':' + variables["PATH"];
  variables["VIRTUAL_ENV"] = environment.folder.string();
  variables["PYTHONUNBUFFERED"] = "1";  // so that the log grows while the program runs
}

void trust_emulator(Variables& variables, const Context& context, const fs::path& folder) {
  if (context.ca_file.empty()) return;
  const fs::path joined = folder / "trusted-authorities.pem";
  core::write_file_atomically(joined, system_authorities(variables) + '\n' + core::read_file(context.ca_file));
  for (const char* name : {"REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"}) variables[name] = joined.string();
}

void describe_job(Variables& variables, const Context& context, const JobId& job, const json::object& properties,
                  const std::string& experiment_id) {
  const Workspace& workspace = job.workspace;
  const std::string experiment = text_at(properties, "experimentName");
  const json::object* own = object_at(properties, "properties");
  const std::string root = own ? text_at(*own, "azureml.rootpipelinerunid") : "";
  const std::string token =
      context.tokens.issue(context.base_url, context.base_url + '/' + context.settings.tenant + '/', k_token_lifetime);
  const Variables described{
      {"AZUREML_RUN_ID", job.name},
      {"AZUREML_ROOT_RUN_ID", root.empty() ? job.name : root},
      {"AZUREML_RUN_TOKEN", token},
      {"AZUREML_ARM_SUBSCRIPTION", workspace.subscription},
      {"AZUREML_ARM_RESOURCEGROUP", workspace.group},
      {"AZUREML_ARM_WORKSPACE_NAME", workspace.name},
      {"AZUREML_ARM_PROJECT_NAME", experiment},
      {"AZUREML_WORKSPACE_ID", workspace.guid},
      {"AZUREML_WORKSPACE_SCOPE", workspace.id},
      {"AZUREML_EXPERIMENT_ID", experiment_id},
      {"AZUREML_EXPERIMENT_SCOPE", workspace.id + "/experiments/" + experiment},
      {"AZUREML_RUN_HISTORY_SERVICE_ENDPOINT", context.base_url},
      {"AZUREML_SERVICE_ENDPOINT", context.base_url},
      {"AZUREML_DISCOVERY_SERVICE_ENDPOINT", context.base_url + "/discovery"},
      {"MLFLOW_TRACKING_URI", context.tracking_url(workspace)},
      {"MLFLOW_TRACKING_TOKEN", token},
      {"MLFLOW_RUN_ID", job.name},
      {"MLFLOW_EXPERIMENT_ID", experiment_id},
      {"MLFLOW_EXPERIMENT_NAME", experiment},
  };
  for (const auto& [name, value] : described) variables[name] = value;
}

}  // namespace mlops::emulator
