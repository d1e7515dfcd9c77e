#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/core/usage_error.hpp>
#include <mlops/emulator/program.hpp>

namespace mlops::emulator {

namespace {

constexpr const char* k_about =
    "A local Azure Machine Learning: Resource Manager, workspaces, jobs that run as processes, models, online "
    "endpoints\n"
    "that score, Blob storage, MLflow tracking and a token endpoint, on a loopback port. The tasks of this product and "
    "the\n"
    "azure-ai-ml SDK work with it as they are.";

constexpr const char* k_more = R"(
When it serves, one line goes to standard output:
  aml-emulator ready: URL data=FOLDER connection=FILE
Everything else goes to standard error and to FOLDER/emulator.log. SIGTERM and SIGINT end it and all it started. What
it was told stays in FOLDER: a new start continues with it.

The service connection for the tasks stands in the connection file (mode 0600). The SDK works over --tls:
  ARM_CLOUD_METADATA_URL=URL/metadata/endpoints?api-version=2019-05-01  REQUESTS_CA_BUNDLE=FOLDER/tls/ca.pem
  ClientSecretCredential(tenant, client, secret, authority=URL, disable_instance_discovery=True)

Faults: --fault ROUTE:KIND[:TIMES] (repeatable) strikes the next TIMES (1) requests of a route, whose name the log
shows behind each request ("put-job", "get-blob", "post-token", or * for any). KIND is one of
  400 to 599  that status in Azure's error format, the request is not carried out; 429 and 503 say Retry-After: 1
  lost        the request is carried out, the answer is 500
  reset       the request is carried out, the connection ends without an answer
  truncated   half of the answer's body, then the connection ends
  slow        the answer comes two seconds late
Examples: --fault put-job:503:2   --fault get-blob:truncated   --fault post-token:401)";

core::Error invalid(const std::string& option, const std::string& value, const std::string& wanted) {
  return {
      "argument-invalid", fmt::format("{} \"{}\" is not {}.", option, value, wanted), {}, "See aml-emulator --help."};
}

std::pair<std::string, std::string> in_group(const std::string& option, const std::string& text) {
  const auto parts = core::split(text, '/');
  if (parts.size() == 2 && !parts[0].empty() && !parts[1].empty()) return {parts[0], parts[1]};
  throw invalid(option, text, "of the form RESOURCE-GROUP/NAME");
}

bool is_guid(const std::string& text) {
  const auto parts = core::split(text, '-');
  const std::vector<std::size_t> sizes{8, 4, 4, 4, 12};
  if (parts.size() != sizes.size()) return false;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (parts[i].size() != sizes[i] || parts[i].find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
      return false;
  }
  return true;
}

}  // namespace

std::optional<Settings> parse_arguments(int argc, const char* const* argv, int& exit_code) {
  Settings settings{.subscription = "22222222-3333-4444-8555-666666666666",
                    .tenant = "33333333-4444-4555-8666-777777777777",
                    .client_id = "44444444-5555-4666-8777-888888888888"};
  std::vector<std::string> workspaces{"rg-mlops/mlops-dev", "rg-mlops/mlops-prd"};
  std::vector<std::string> registries;
  std::string data;
  std::string connection_file;
  std::string record_folder;
  long token_lifetime = settings.token_lifetime.count();
  long operation_time = settings.operation_time.count();

  CLI::App app(k_about, "aml-emulator");
  app.failure_message(&core::usage_error);
  app.set_version_flag("--version", MLOPS_VERSION);
  app.footer(k_more);
  app.add_option("--data", data, "Folder for everything it keeps; made when it is missing")->required();
  app.add_option("--port", settings.port, "Port on 127.0.0.1; 0 takes a free one")->capture_default_str();
  app.add_flag("--tls", settings.tls, "Serve https with a certificate of its own; FOLDER/tls/ca.pem is what to trust");
  app.add_option("--workspace", workspaces, "RESOURCE-GROUP/NAME of a workspace; repeat it for more")
      ->take_all()
      ->type_name("RG/NAME")
      ->capture_default_str();
  app.add_option("--registry", registries, "RESOURCE-GROUP/NAME of a registry; repeat it for more")
      ->take_all()
      ->type_name("RG/NAME");
  app.add_option("--subscription", settings.subscription, "Id of the subscription")
      ->type_name("GUID")
      ->capture_default_str();
  app.add_option("--python", settings.python,
                 "Python that runs jobs and deployments; default the first python3 on PATH that can make virtual "
                 "environments")
      ->type_name("FILE")
      ->check(CLI::ExistingFile);
  app.add_flag("--offline", settings.offline, "Make environments from installed packages alone; never call pip");
  app.add_option("--connection-file", connection_file,
                 "Where to write the service connection; default FOLDER/connection.env")
      ->type_name("FILE");
  app.add_option("--record", record_folder,
                 "Write the body of each PUT, PATCH and POST to Resource Manager to this folder")
      ->type_name("FOLDER");
  app.add_option("--token-lifetime", token_lifetime, "Seconds until an access token ends")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  app.add_option("--operation-time", operation_time, "Milliseconds a long-running operation takes at least")
      ->check(CLI::Range(0, 600'000))
      ->capture_default_str();
  app.add_option("--fault", settings.faults, "Inject a fault, see below")->take_all()->type_name("ROUTE:KIND[:TIMES]");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error) == 0 ? 0 : 2;
    return std::nullopt;
  }

  if (!is_guid(settings.subscription)) throw invalid("--subscription", settings.subscription, "a GUID");
  for (const auto& text : workspaces) settings.workspaces.push_back(in_group("--workspace", text));
  for (const auto& text : registries) settings.registries.push_back(in_group("--registry", text));
  settings.data = std::filesystem::absolute(data).lexically_normal();
  settings.connection_file =
      connection_file.empty() ? settings.data / "connection.env" : std::filesystem::absolute(connection_file);
  if (!record_folder.empty()) settings.record_folder = std::filesystem::absolute(record_folder);
  settings.token_lifetime = std::chrono::seconds(token_lifetime);
  settings.operation_time = std::chrono::milliseconds(operation_time);
  return settings;
}

}  // namespace mlops::emulator
