// Our blob client on the command line, for a blob service that others wrote: upload a folder, list, read a piece,
// download.

#include <iostream>
#include <mlops/agent/program.hpp>
#include <mlops/azure/blob.hpp>
#include <mlops/azure/session.hpp>
#include <mlops/core/error.hpp>

namespace {

using namespace mlops;
namespace fs = std::filesystem;

const agent::TaskSpec& spec() {
  using agent::InputType;
  static const agent::TaskSpec spec = {
      .name = "BlobClient",
      .executable = "blob_client",
      .inputs = {{.name = "azureSubscription", .type = InputType::connected_service, .required = true},
                 {.name = "container", .help = "The container's address with its signature.", .required = true},
                 {.name = "action",
                  .type = InputType::pick_list,
                  .required = true,
                  .options = {{"upload", "Upload"}, {"list", "List"}, {"read", "Read"}, {"download", "Download"}}},
                 {.name = "blob", .help = "A blob, or what blobs' names begin with."},
                 {.name = "local", .help = "A folder to upload, a file to download to."},
                 {.name = "offset", .type = InputType::integer, .default_value = "0"},
                 {.name = "most", .type = InputType::integer, .default_value = "1000000"}}};
  return spec;
}

void upload(azure::BlobContainer& container, const fs::path& folder, const std::string& prefix) {
  std::vector<azure::UploadFile> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    files.push_back(
        {entry.path(), prefix + entry.path().lexically_relative(folder).generic_string(), entry.file_size()});
  }
  container.upload(files, {});
}

std::string run(agent::Services& services, const agent::Inputs& inputs) {
  azure::Session session(services, inputs.text("azureSubscription"));
  azure::BlobContainer container = azure::BlobContainer::with_sas(session, inputs.text("container"));
  const std::string action = inputs.text("action");
  const std::string blob = inputs.text("blob");
  if (action == "upload") upload(container, inputs.text("local"), blob);
  if (action == "download") container.download(blob, inputs.text("local"));
  if (action == "list") {
    for (const auto& item : container.list(blob)) std::cout << item.size << ' ' << item.name << '\n';
  }
  if (action == "read") {
    std::cout << container.read(blob, static_cast<std::uint64_t>(inputs.integer("offset")),
                                static_cast<std::uint64_t>(inputs.integer("most")));
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  return mlops::agent::run_program(spec(), run, argc, argv);
}
