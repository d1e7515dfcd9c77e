#include <fmt/format.h>

#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/emulator/execution/assets.hpp>
#include <mlops/emulator/json_access.hpp>

namespace mlops::emulator {

namespace {

namespace fs = std::filesystem;

// Beyond this a job's input is a link into the data folder: copying would take longer than most jobs.
constexpr std::uintmax_t k_largest_copy = std::uintmax_t{512} << 20;

struct Reference {
  std::string name;
  std::string version;  ///< "latest" for the newest
};

// ".../<kind>/<name>/versions/<version>".
std::optional<Reference> parse_id(const std::string& kind, const std::string& id) {
  const auto parts = core::split(id, '/');
  for (std::size_t i = 0; i + 3 < parts.size(); ++i) {
    const bool collection =
        core::equals_ignoring_case(parts[i + 2], "versions") || core::equals_ignoring_case(parts[i + 2], "labels");
    if (core::equals_ignoring_case(parts[i], kind) && collection) return Reference{parts[i + 1], parts[i + 3]};
  }
  return std::nullopt;
}

std::optional<Reference> parse(const std::string& kind, std::string text) {
  if (text.starts_with("azureml:")) text = text.substr(8);
  if (text.find('/') != std::string::npos) return parse_id(kind, text);
  const auto mark = text.find_first_of(":@");
  if (mark == std::string::npos || mark == 0 || mark + 1 == text.size()) return std::nullopt;
  return Reference{text.substr(0, mark), text.substr(mark + 1)};
}

std::string registry_name(const std::string& reference) {
  constexpr std::string_view k_segment = "registries/";
  const auto at = core::to_lower(reference).find(k_segment);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + k_segment.size();
  return reference.substr(begin, reference.find('/', begin) - begin);
}

void copy_file(const fs::path& from, const fs::path& to, bool read_only) {
  if (read_only && fs::file_size(from) > k_largest_copy) return fs::create_symlink(from, to);
  fs::copy_file(from, to);
  const auto readable = fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read;
  fs::permissions(to, read_only ? readable : readable | fs::perms::owner_write);
}

}  // namespace

Resource find_asset(const Context& context, const Workspace& workspace, const std::string& kind,
                    const std::string& reference) {
  std::optional<Resource> found;
  const auto owner = owner_of(context.store, workspace, reference);
  if (const auto parsed = parse(kind, reference); parsed && owner) {
    if (core::equals_ignoring_case(parsed->version, "latest")) {
      auto newest = context.store.list({.workspace = owner->id, .kind = kind, .name = parsed->name, .limit = 1});
      if (!newest.empty()) found = std::move(newest.front());
    } else {
      found = context.store.find({owner->id, kind, parsed->name, parsed->version});
    }
  }
  if (found) return *found;
  const std::string noun = kind.substr(0, kind.size() - (kind.ends_with('s') ? 1 : 0));
  const std::string hint = owner ? "" : fmt::format(" aml-emulator has no registry '{}'.", registry_name(reference));
  throw core::Error("asset-missing", fmt::format("The {} '{}' was not found in workspace '{}'.{}", noun, reference,
                                                 workspace.name, hint));
}

json::object find_environment(const Context& context, const Workspace& workspace, const std::string& reference) {
  // The registries that come with Azure are not here; what they name is an image as any other.
  if (!owner_of(context.store, workspace, reference)) return {{"image", reference}};
  return *find_asset(context, workspace, "environments", reference).find_properties();
}

fs::path build_context(const Context& context, const Workspace& workspace, const json::object& environment) {
  const json::object* build = object_at(environment, "build");
  if (!build) return {};
  return context.uris.local_path(workspace, text_at(*build, "contextUri")).value_or(fs::path());
}

void copy_tree(const fs::path& from, const fs::path& to, bool read_only) {
  try {
    fs::create_directories(to.parent_path());
    if (!fs::is_directory(from)) return copy_file(from, to, read_only);
    fs::create_directories(to);
    for (const auto& entry : fs::recursive_directory_iterator(from)) {
      const fs::path target = to / fs::relative(entry.path(), from);
      if (entry.is_directory()) {
        fs::create_directories(target);
      } else if (entry.is_regular_file()) {
        copy_file(entry.path(), target, read_only);
      }
    }
  } catch (const fs::filesystem_error& error) {
    throw core::Error("file-unwritable",
                      fmt::format("can't copy {} to {}: {}.", from.string(), to.string(), error.code().message()));
  }
}

void copy_code(const Context& context, const Workspace& workspace, const std::string& code, const fs::path& folder) {
  const Resource version = find_asset(context, workspace, "codes", code);
  const std::string uri = text_at(*version.find_properties(), "codeUri");
  const auto snapshot = context.uris.local_path(workspace, uri);
  std::error_code failure;
  if (!snapshot || !fs::exists(*snapshot, failure)) {
    throw core::Error("asset-missing", fmt::format("The files of the code '{}' are not at '{}'.", code, uri));
  }
  if (fs::is_directory(*snapshot)) return copy_tree(*snapshot, folder, false);
  copy_tree(*snapshot, folder / snapshot->filename(), false);
}

}  // namespace mlops::emulator
