#include <fmt/format.h>

#include <algorithm>
#include <mlops/aml/compile/compile.hpp>

namespace mlops::aml {

namespace {

constexpr std::string_view k_name_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
constexpr std::size_t k_longest_name = 255;

struct KindCompiler {
  Kind kind;
  Compiled (*compile)(const Scope&, const Node&);
  const AssetKind* asset = nullptr;        ///< of what has versions
  std::vector<std::string> contents = {};  ///< see content_members
  const ResourceKind* resource = nullptr;  ///< of what has none
};

const std::vector<KindCompiler>& compilers() {
  static const std::vector<KindCompiler> table = {
      {Kind::command_job, compile_command_job, nullptr, {}},
      {Kind::sweep_job, compile_sweep_job, nullptr, {}},
      {Kind::automl_job, compile_automl_job, nullptr, {}},
      {Kind::spark_job, compile_spark_job, nullptr, {}},
      {Kind::pipeline_job, compile_pipeline_job, nullptr, {}},
      {Kind::component, compile_named_component, &k_component, {"properties.client_component_hash"}},
      {Kind::data, compile_data, &k_data, {"dataType", "dataUri"}},
      {Kind::environment, compile_environment, &k_environment, {"image", "condaFile", "build", "inferenceConfig"}},
      {Kind::compute, compile_compute, nullptr, {}, &k_compute},
      {Kind::datastore, compile_datastore, nullptr, {}, &k_datastore},
      {Kind::schedule, compile_schedule, nullptr, {}, &k_schedule},
      {Kind::model, compile_model, &k_model, {"modelType", "modelUri"}},
      {Kind::batch_endpoint, compile_batch_endpoint, nullptr, {}, &k_batch_endpoint},
      {Kind::batch_deployment, compile_batch_deployment, nullptr, {}, &k_batch_deployment},
      {Kind::online_endpoint, compile_online_endpoint, nullptr, {}, &k_online_endpoint},
      {Kind::online_deployment, compile_online_deployment, nullptr, {}, &k_online_deployment},
  };
  return table;
}

const KindCompiler* compiler_of(Kind kind) {
  const auto& table = compilers();
  const auto found =
      std::find_if(table.begin(), table.end(), [kind](const KindCompiler& row) { return row.kind == kind; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace

Compiled compile(Kind kind, const YamlFile& file, Resolver& resolver) {
  const KindCompiler* compiler = compiler_of(kind);
  const Node root = file.root();
  if (!compiler) throw root.error("kind-unknown", fmt::format("{} can't be created by this task.", kind_name(kind)));
  Scope scope{resolver, file.folder(), kind_name(kind)};
  bool preview = false;
  scope.preview = &preview;
  Compiled compiled = compiler->compile(scope, root);
  compiled.kind = kind;
  if (preview) compiled.api_version = k_preview_api_version;
  compiled.place = root.place();
  const auto name = root.find("name");
  compiled.name_place = name ? name->place() : root.place();
  return compiled;
}

const std::vector<std::string>& content_members(Kind kind) {
  return compiler_of(kind)->contents;
}

const AssetKind* asset_kind(Kind kind) {
  const KindCompiler* compiler = compiler_of(kind);
  return compiler ? compiler->asset : nullptr;
}

const ResourceKind* resource_kind(Kind kind) {
  const KindCompiler* compiler = compiler_of(kind);
  return compiler ? compiler->resource : nullptr;
}

void read_asset_name(Compiled& compiled, const Node& node) {
  const Node name = node.at("name");
  compiled.name = name.as_text();
  const auto version = node.find("version");
  if (version) compiled.version = version->as_text();
  for (const auto* text : {&compiled.name, &compiled.version}) {
    if (text->find_first_not_of(k_name_characters) == std::string::npos && text->size() <= k_longest_name) continue;
    throw(text == &compiled.name ? name : *version)
        .error("value-invalid", fmt::format("\"{}\" can't be a name or version in Azure ML.", *text),
               "Letters, digits, '-', '_' and '.' may stand in it, at most 255.");
  }
}

}  // namespace mlops::aml
