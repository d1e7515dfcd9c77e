// Prints, for each folder on the command line, the hashes that name its snapshot and its upload, and its files.

#include <iostream>
#include <mlops/aml/snapshot/files.hpp>
#include <mlops/aml/snapshot/ignore.hpp>

int main(int count, char** arguments) {
  using namespace mlops::aml;
  for (int i = 1; i < count; ++i) {
    try {
      const IgnoreRules rules = IgnoreRules::of_folder(arguments[i]);
      const auto files = snapshot_files(arguments[i], rules);
      std::cout << content_hash(files) << ' ' << object_hash(arguments[i], rules) << ' ' << files.size() << '\n';
      for (const auto& file : files) std::cout << file.name << '\0';
      std::cout << '\n';
    } catch (const std::exception& error) {
      std::cout << "error: " << error.what() << "\n\n";
    }
  }
}
