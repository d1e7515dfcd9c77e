// Prints each file named on standard input as one line of JSON, as the document layer reads it: a JSON text, or
// {"error": "..."} where reading fails.
#include <iostream>
#include <mlops/document/document.hpp>

int main() {
  for (std::string file; std::getline(std::cin, file);) {
    try {
      std::cout << mlops::document::json::serialize(mlops::document::Document::load(file).value()) << '\n';
    } catch (const mlops::core::Error& error) {
      std::cout << mlops::document::json::serialize(mlops::document::json::object{{"error", error.what()}}) << '\n';
    }
  }
}
