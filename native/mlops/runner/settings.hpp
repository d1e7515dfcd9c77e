#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mlops::runner {

namespace fs = std::filesystem;

/// How a run is shown: as a tree where the terminal can redraw, or line by line.
enum class View { automatic, tree, plain };

/// What the user asked for on the command line.
struct Settings {
  fs::path pipeline{"azure-pipelines.yml"};
  std::optional<fs::path> sources;  ///< the repository; default: the git working tree that holds the pipeline
  std::map<std::string, std::string> parameters;
  std::map<std::string, std::string> variables;
  std::map<std::string, fs::path> variable_groups;
  std::map<std::string, fs::path> repositories;  ///< by alias
  std::map<std::string, fs::path> pipelines;     ///< run folders of other pipelines, by alias
  std::vector<fs::path> task_folders;
  std::map<std::string, fs::path> connections;
  std::optional<fs::path> other_connections;  ///< what connections point to that were not given
  std::optional<fs::path> environments;
  std::set<std::string> approve;  ///< names; "all" stands for every environment and validation
  std::set<std::string> reject;
  std::set<std::string> stages;  ///< empty: all
  std::set<std::string> jobs;    ///< empty: all
  std::set<std::string> skipped_tasks;
  std::optional<fs::path> from;  ///< run folder of an earlier run
  std::optional<fs::path> output;
  std::string build_id;
  std::size_t parallel_jobs = 1;
  bool expand_only = false;
  bool dry_run = false;
  bool watch = false;                   ///< again after each change of the sources
  bool emulator = false;                ///< the local Azure ML runs beside it
  std::vector<std::string> workspaces;  ///< of it, further ones: RESOURCE-GROUP/NAME
  View view = View::automatic;
  bool in_place = false;      ///< steps work in the repository's own folder, not in a copy
  fs::path binaries;          ///< executables for tasks of the source tree
  std::string node = "node";  ///< the program that starts tasks: a file, or a name to be found on PATH
};

/// The folders of a run; all of them below its output folder.
struct RunFolders {
  fs::path root;

  fs::path logs() const { return root / "logs"; }

  fs::path artifacts() const { return root / "artifacts"; }

  fs::path attachments() const { return root / "attachments"; }

  fs::path summaries() const { return root / "summaries"; }

  fs::path work() const { return root / "work"; }
};

/// A text as the name of one file: what no file system takes becomes `_`.
std::string file_name(std::string_view text);

}  // namespace mlops::runner
