#include <fmt/format.h>

#include <mlops/aml/assets.hpp>
#include <mlops/aml/job_outputs.hpp>
#include <mlops/aml/json_access.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>
#include <mlops/tasks/quality-gate/evidence.hpp>

namespace mlops::tasks::quality_gate {

namespace {

constexpr std::string_view k_address = "azureml://";

core::Error not_readable(const std::string& data, const std::string& why) {
  return {
      "reference-invalid",
      fmt::format("the data \"{}\" can't be read here: {}.", data, why),
      {},
      "Name a data asset of the workspace, azureml:<name>:<version> or azureml:<name>@latest, a place in a datastore, "
      "or a file of the sources."};
}

/// Where the data stands, in a datastore.
std::string address_of(const std::string& data, aml::Workspace& workspace) {
  if (data.rfind(k_address, 0) == 0) return data;
  const auto reference = aml::AssetReference::parse(data);
  using Form = aml::AssetReference::Form;
  if (!reference || (reference->form != Form::version && reference->form != Form::label)) {
    throw not_readable(data, "it names no version of a data asset");
  }
  aml::Assets assets(workspace);
  const auto asset = assets.find(aml::k_data, reference->name, reference->version);
  if (!asset) {
    assets.resolve(aml::k_data, data, {});  // its error names what there is
    throw not_readable(data, "there is no such version");
  }
  return aml::text_at(*asset, "properties.dataUri");
}

gate::DataFiles download(const std::string& data, const std::filesystem::path& folder, aml::Workspace& workspace) {
  const std::string address = address_of(data, workspace);
  if (address.rfind(k_address, 0) != 0 || address.find("datastores/") == std::string::npos) {
    throw not_readable(data, fmt::format("its address is {}", address.empty() ? "not known" : address));
  }
  const aml::DatastorePath path = aml::parse_datastore_uri(address);
  aml::OutputPlace place;
  place.output = data;
  place.datastore = path.datastore;
  place.path = path.path;
  while (!place.path.empty() && place.path.back() == '/') place.path.pop_back();
  if (aml::list_output(workspace, place).empty()) throw not_readable(data, fmt::format("{} holds no file", address));
  workspace.services().log.info(fmt::format("Fetching the data {}.", data));
  gate::DataFiles files;
  for (auto& file : aml::download_output(workspace, place, folder)) {
    if (core::to_lower(file.extension().string()) == ".csv") files.push_back(std::move(file));
  }
  return files;
}

}  // namespace

bool is_in_workspace(const std::string& data) {
  return data.rfind("azureml:", 0) == 0;
}

gate::DataFiles data_files(const std::string& data, const std::filesystem::path& folder,
                           const std::function<aml::Workspace&()>& workspace) {
  if (data.empty()) return {};
  gate::DataFiles files = is_in_workspace(data) ? download(data, folder, workspace()) : core::expand_glob(data);
  if (!files.empty()) return files;
  throw core::Error("data-missing", fmt::format("\"{}\" names no CSV file.", data), {},
                    "The data of a gate are files that end with .csv.");
}

}  // namespace mlops::tasks::quality_gate
