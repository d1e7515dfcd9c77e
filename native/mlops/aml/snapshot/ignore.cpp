#include <algorithm>
#include <mlops/aml/snapshot/ignore.hpp>
#include <mlops/core/error.hpp>
#include <mlops/core/files.hpp>
#include <mlops/core/text.hpp>

namespace mlops::aml {

namespace {

constexpr std::u32string_view k_any_folders = U"**";

std::vector<std::u32string> segments_of(const std::u32string& pattern) {
  std::vector<std::u32string> segments(1);
  for (const char32_t c : pattern) {
    if (c == U'/') {
      segments.emplace_back();
    } else {
      segments.back() += c;
    }
  }
  for (std::size_t i = segments.size() - 1; i > 0; --i) {
    if (segments[i] == k_any_folders && segments[i - 1] == k_any_folders)
      segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return segments;
}

}  // namespace

std::u32string code_points(std::string_view text) {
  std::u32string points;
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
    if (length == 1 || i + length > text.size()) {
      points += first;
      ++i;
      continue;
    }
    char32_t point = first & (0xFFU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) point = (point << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    points += point;
    i += length;
  }
  return points;
}

IgnorePattern::IgnorePattern(std::string_view line) {
  std::string_view text = core::trim(line);
  if (text.empty() || text.front() == '#' || text == "/") return;
  m_effect = text.front() != '!';
  if (!*m_effect) text.remove_prefix(1);
  if (text.empty()) {
    m_effect.reset();
    return;
  }
  compile(code_points(text));
}

void IgnorePattern::compile(const std::u32string& pattern) {
  using Kind = Token::Kind;
  std::vector<std::u32string> segments = segments_of(pattern);
  if (segments.size() == 2 && segments[0] == k_any_folders && segments[1].empty()) {
    m_tokens.push_back({Kind::in_a_folder});
    return;
  }
  if (segments[0].empty()) {
    segments.erase(segments.begin());  // anchored
  } else if ((segments.size() == 1 || (segments.size() == 2 && segments[1].empty())) && segments[0] != k_any_folders) {
    segments.insert(segments.begin(), std::u32string(k_any_folders));
  }
  if (segments.size() > 1 && segments.back().empty()) segments.back() = k_any_folders;
  bool need_slash = false;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    if (segments[i] == k_any_folders) {
      m_tokens.push_back({i == 0 && last ? Kind::anything
                          : i == 0       ? Kind::folders_before
                          : last         ? Kind::below
                                         : Kind::folders_between});
      need_slash = i > 0;
      continue;
    }
    if (need_slash) m_tokens.push_back({Kind::literal, U'/'});
    if (segments[i] == U"*") {
      m_tokens.push_back({Kind::some});
    } else {
      add_segment(segments[i]);
    }
    if (last) m_tokens.push_back({Kind::self_or_below});
    need_slash = true;
  }
}

void IgnorePattern::add_segment(std::u32string_view segment) {
  using Kind = Token::Kind;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    switch (segment[i]) {
      case U'\\':
        if (++i == segment.size()) {
          throw core::Error("ignore-invalid", "a pattern ends with a lone backslash.", {},
                            "Write two backslashes for one.");
        }
        m_tokens.push_back({Kind::literal, segment[i]});
        break;
      case U'*':
        m_tokens.push_back({Kind::many});
        break;
      case U'?':
        m_tokens.push_back({Kind::one});
        break;
      case U'[':
        i = add_set(segment, i);
        break;
      default:
        m_tokens.push_back({Kind::literal, segment[i]});
    }
  }
}

// Returns the index of the closing bracket; of the opening one when it stands for itself.
std::size_t IgnorePattern::add_set(std::u32string_view segment, std::size_t at) {
  Token set{Token::Kind::set};
  std::size_t i = at + 1;
  if (i < segment.size() && segment[i] == U'!') {
    set.negated = true;
    ++i;
  }
  std::size_t end = i;
  if (end < segment.size() && segment[end] == U']') ++end;
  while (end < segment.size() && segment[end] != U']') ++end;
  if (end >= segment.size()) {
    m_tokens.push_back({Token::Kind::literal, U'['});
    return at;
  }
  for (; i < end; ++i) {
    if (i + 2 < end && segment[i + 1] == U'-') {
      set.ranges.emplace_back(segment[i], segment[i + 2]);
      i += 2;
    } else {
      set.ranges.emplace_back(segment[i], segment[i]);
    }
  }
  m_tokens.push_back(std::move(set));
  return end;
}

// The places in the path that a token can lead to, from those before it: no backtracking, whatever the pattern.
std::vector<bool> IgnorePattern::step(const Token& token, std::u32string_view path, const std::vector<bool>& from) {
  using Kind = Token::Kind;
  const std::size_t size = path.size();
  std::vector<bool> to(size + 1, false);
  bool open = false;      // inside a run that began at some place of `from`
  std::size_t began = 0;  // the first place of `from`, for runs that cross '/'
  bool any = false;
  for (std::size_t i = 0; i <= size; ++i) {
    const bool here = from[i];
    if (here && !any) {
      any = true;
      began = i;
    }
    const bool at_slash = i < size && path[i] == U'/';
    switch (token.kind) {
      case Kind::literal:
        if (here && i < size && path[i] == token.literal) to[i + 1] = true;
        break;
      case Kind::one:
        if (here && i < size && !at_slash) to[i + 1] = true;
        break;
      case Kind::set: {
        if (!here || i == size) break;
        bool inside = false;
        for (const auto& [low, high] : token.ranges) inside = inside || (path[i] >= low && path[i] <= high);
        if (inside != token.negated) to[i + 1] = true;
        break;
      }
      case Kind::many:
      case Kind::some:
        if (token.kind == Kind::many && (open || here)) to[i] = true;
        if (token.kind == Kind::some && open) to[i] = true;
        open = (open || here) && !at_slash;
        break;
      case Kind::folders_before:  // (.+/)?
        if (here) to[i] = true;
        if (any && at_slash && i > began) to[i + 1] = true;
        break;
      case Kind::folders_between:  // (/.+)?
        if (here) to[i] = true;
        if (open && i > began + 1) to[i] = true;
        if (here && at_slash && !open) {
          open = true;
          began = i;
        }
        break;
      case Kind::below:
        if (here && at_slash) to[size] = true;
        break;
      case Kind::self_or_below:
        if (here && (at_slash || i == size)) to[size] = true;
        break;
      case Kind::anything:
        if (size > 0) to[size] = true;
        break;
      case Kind::in_a_folder:
        if (at_slash && i > 0) to[size] = true;
        break;
    }
  }
  return to;
}

bool IgnorePattern::matches(std::u32string_view path) const {
  if (!m_effect) return false;
  std::vector<bool> places(path.size() + 1, false);
  places[0] = true;
  for (const auto& token : m_tokens) places = step(token, path, places);
  return places[path.size()];
}

IgnoreRules IgnoreRules::of_folder(const std::filesystem::path& folder, const std::vector<std::string>& more) {
  IgnoreRules rules;
  for (const char* name : {".amlignore", ".gitignore"}) {
    const std::filesystem::path file = folder / name;
    if (!std::filesystem::exists(file)) continue;
    std::string text = core::read_file(file);
    constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";
    if (text.rfind(k_byte_order_mark, 0) == 0) text.erase(0, k_byte_order_mark.size());
    int line_number = 0;
    for (const auto& line : core::split(text, '\n')) {
      ++line_number;
      try {
        rules.m_patterns.emplace_back(line);
      } catch (const core::Error& error) {
        throw error.with_place(core::FilePlace{file.string(), line_number, 1});
      }
    }
    break;
  }
  for (const auto& pattern : more) rules.m_patterns.emplace_back(pattern);
  return rules;
}

bool IgnoreRules::may_prune() const {
  return std::none_of(m_patterns.begin(), m_patterns.end(),
                      [](const IgnorePattern& pattern) { return pattern.effect() == std::optional<bool>(false); });
}

bool IgnoreRules::ignores(const std::string& path) const {
  const std::u32string points = code_points(path);
  bool ignored = false;
  for (const auto& pattern : m_patterns) {
    if (pattern.matches(points)) ignored = *pattern.effect();
  }
  return ignored;
}

}  // namespace mlops::aml
