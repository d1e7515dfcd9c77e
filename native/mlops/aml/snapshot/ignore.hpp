#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::aml {

/// One line of a .gitignore or .amlignore with the meaning that azure-ai-ml gives it (its copy of pathspec's
/// gitwildmatch): what differs from git is kept, since a file more or less makes another snapshot.
class IgnorePattern {
 public:
  /// Throws core::Error "ignore-invalid" for a pattern that ends with a lone backslash.
  explicit IgnorePattern(std::string_view line);

  /// True to ignore, false to take back in, empty for a comment or blank line.
  std::optional<bool> effect() const { return m_effect; }

  /// Whether the relative path with '/' between its parts fits.
  bool matches(std::u32string_view path) const;

 private:
  struct Token {
    enum class Kind {
      literal,
      one,              ///< ? : any character but '/'
      many,             ///< * : any number of them
      some,             ///< a segment that is * alone: at least one
      set,              ///< [a-z]
      folders_before,   ///< leading **: any number of leading folders
      folders_between,  ///< inner **
      below,            ///< final **: all below
      self_or_below,    ///< the end of a pattern without final '/'
      anything,         ///< ** alone
      in_a_folder,      ///< **/ alone: everything but the root's own files
    };
    Kind kind;
    char32_t literal = 0;
    bool negated = false;
    std::vector<std::pair<char32_t, char32_t>> ranges;
  };

  void compile(const std::u32string& pattern);
  void add_segment(std::u32string_view segment);
  std::size_t add_set(std::u32string_view segment, std::size_t at);
  static std::vector<bool> step(const Token& token, std::u32string_view path, const std::vector<bool>& from);

  std::optional<bool> m_effect;
  std::vector<Token> m_tokens;
};

/// The ignore file in the root of a folder: .amlignore, else .gitignore, else nothing. Those in folders below have no
/// say, as with azure-ai-ml.
class IgnoreRules {
 public:
  IgnoreRules() = default;
  /// `more` are patterns that come after the file's own.
  static IgnoreRules of_folder(const std::filesystem::path& folder, const std::vector<std::string>& more = {});

  /// `path` is relative to the folder, with '/'.
  bool ignores(const std::string& path) const;
  /// Whether an ignored folder has nothing in it that a later pattern takes back in.
  bool may_prune() const;

 private:
  std::vector<IgnorePattern> m_patterns;
};

/// UTF-8 as code points; bytes that are none stand for themselves.
std::u32string code_points(std::string_view text);

}  // namespace mlops::aml
