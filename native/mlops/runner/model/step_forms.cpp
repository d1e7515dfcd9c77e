#include <algorithm>
#include <array>
#include <mlops/runner/model/step_forms.hpp>

namespace mlops::runner {

namespace json = boost::json;

namespace {

constexpr std::array<std::string_view, 4> k_scripts{"script", "bash", "pwsh", "powershell"};

const ShortForm* form_of(const json::object& step) {
  const auto& forms = short_forms();
  const auto found =
      std::find_if(forms.begin(), forms.end(), [&](const ShortForm& form) { return step.contains(form.key); });
  return found == forms.end() ? nullptr : &*found;
}

std::string_view input_of(const ShortForm& form, std::string_view key) {
  if (key == form.key) return form.input;
  for (const auto& [member, input] : form.members) {
    if (member == key) return input;
  }
  return {};
}

}  // namespace

// As the service rewrites them: https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/steps
const std::vector<ShortForm>& short_forms() {
  static const std::vector<std::pair<std::string_view, std::string_view>> script{
      {"workingDirectory", "workingDirectory"}, {"failOnStderr", "failOnStderr"}};
  static const std::vector<std::pair<std::string_view, std::string_view>> powershell{
      {"workingDirectory", "workingDirectory"},
      {"failOnStderr", "failOnStderr"},
      {"errorActionPreference", "errorActionPreference"},
      {"ignoreLASTEXITCODE", "ignoreLASTEXITCODE"}};
  static const std::vector<std::pair<std::string_view, std::string_view>> checkout{
      {"clean", "clean"},
      {"fetchDepth", "fetchDepth"},
      {"fetchFilter", "fetchFilter"},
      {"fetchTags", "fetchTags"},
      {"lfs", "lfs"},
      {"persistCredentials", "persistCredentials"},
      {"submodules", "submodules"},
      {"path", "path"},
      {"sparseCheckoutDirectories", "sparseCheckoutDirectories"},
      {"sparseCheckoutPatterns", "sparseCheckoutPatterns"},
      {"workspaceRepo", "workspaceRepo"}};
  static const std::vector<ShortForm> forms{
      {"script", "CmdLine@2", "script", {}, script, "CmdLine"},
      {"bash", "Bash@3", "script", {{"targetType", "inline"}}, script, "Bash"},
      {"pwsh", "PowerShell@2", "script", {{"targetType", "inline"}, {"pwsh", "true"}}, powershell, "PowerShell"},
      {"powershell", "PowerShell@2", "script", {{"targetType", "inline"}}, powershell, "PowerShell"},
      {"checkout", "Checkout@1", "repository", {}, checkout, "Checkout"},
      {"publish", "PublishPipelineArtifact@1", "path", {}, {{"artifact", "artifactName"}}, "PublishPipelineArtifact"},
      {"upload", "PublishPipelineArtifact@1", "path", {}, {{"artifact", "artifactName"}}, "PublishPipelineArtifact"},
      {"download",
       "DownloadPipelineArtifact@2",
       "source",
       {},
       {{"artifact", "artifactName"}, {"patterns", "itemPattern"}, {"path", "targetPath"}},
       "DownloadPipelineArtifact"},
      {"downloadBuild",
       "DownloadBuildArtifacts@1",
       "definition",
       {},
       {{"artifact", "artifactName"}, {"patterns", "itemPattern"}, {"path", "downloadPath"}},
       "DownloadBuildArtifacts"},
      {"getPackage", "GetPackage@1", "package", {}, {{"path", "path"}}, "GetPackage"},
      {"reviewApp", "ReviewApp@0", "resourceName", {}, {}, "ReviewApp"},
      {"task", {}, {}, {}, {{"inputs", ""}}, {}},
  };
  return forms;
}

std::optional<json::value> as_task(const json::value& step) {
  const auto* object = step.if_object();
  if (!object) return std::nullopt;
  if (object->contains("template")) return step;
  const auto* form = form_of(*object);
  if (!form) return std::nullopt;
  if (std::find(k_scripts.begin(), k_scripts.end(), form->key) == k_scripts.end()) return step;
  json::object inputs;
  for (const auto& [name, value] : form->fixed) inputs[name] = value;
  json::object result{{"task", form->task}};
  for (const auto& member : *object) {
    const auto input = input_of(*form, member.key());
    (input.empty() ? result[member.key()] : inputs[input]) = member.value();
  }
  result["inputs"] = std::move(inputs);
  return result;
}

}  // namespace mlops::runner
