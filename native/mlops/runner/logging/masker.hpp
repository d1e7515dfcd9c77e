#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::runner {

/// Replaces secrets with `***` in everything that is printed or kept. One for the whole run; any thread may use it.
class Masker {
 public:
  /// Masks the value, each of its lines, and the forms it takes in JSON, in a URL and in Base64.
  void add(const std::string& secret);
  std::string mask(std::string_view text) const;
  /// Whether masking would change the text.
  bool hides(std::string_view text) const;

 private:
  void insert(std::string value);

  struct LongestFirst {
    bool operator()(const std::string& a, const std::string& b) const {
      return a.size() != b.size() ? a.size() > b.size() : a < b;
    }
  };

  mutable std::mutex m_mutex;
  std::set<std::string, LongestFirst> m_values;
};

}  // namespace mlops::runner
