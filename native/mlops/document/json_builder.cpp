#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <mlops/document/json_builder.hpp>
#include <mlops/document/text_places.hpp>

namespace mlops::document {

namespace {

constexpr std::size_t k_deepest = 200;
constexpr std::size_t k_escape_length = 6;  // \uXXXX

core::Error syntax_error(const core::FileName& file, const std::string& text, std::size_t offset,
                         const std::string& problem, std::string hint) {
  return {"json-syntax", problem, PlaceCounter(file, text).at(offset), std::move(hint)};
}

// The UTF-16 unit that the escape at this offset stands for, if one does.
std::optional<std::uint32_t> unit_at(const std::string& text, std::size_t at) {
  if (at + k_escape_length > text.size() || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  std::uint32_t unit = 0;
  const char* const end = text.data() + at + k_escape_length;
  const auto [stopped, failure] = std::from_chars(text.data() + at + 2, end, unit, 16);
  if (failure != std::errc() || stopped != end) return std::nullopt;
  return unit;
}

// Where an escape stands that is half of a surrogate pair.
std::optional<std::size_t> find_half_character(const std::string& text) {
  const auto is_within = [](std::optional<std::uint32_t> unit, std::uint32_t first) {
    return unit && *unit >= first && *unit < first + 0x400;
  };
  for (std::size_t at = text.find('\\'); at != std::string::npos; at = text.find('\\', at)) {
    const auto unit = unit_at(text, at);
    if (is_within(unit, 0xD800) && is_within(unit_at(text, at + k_escape_length), 0xDC00)) {
      at += 2 * k_escape_length;
    } else if (is_within(unit, 0xD800) || is_within(unit, 0xDC00)) {
      return at;
    } else {
      at += 2;
    }
  }
  return std::nullopt;
}

// What Python's json module writes for numbers that JSON has no word for; longer ones first.
constexpr std::array<std::string_view, 3> k_named_numbers{"-Infinity", "Infinity", "NaN"};

constexpr std::string_view k_between = "[{,: \t\r\n";  // what stands before a value

// The text with other numbers for those, of the same length.
std::string without_named_numbers(std::string text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') {
      while (++at < text.size() && text[at] != '"') at += text[at] == '\\' ? 1 : 0;
      continue;
    }
    if (at != 0 && k_between.find(text[at - 1]) == std::string_view::npos) continue;
    for (const auto name : k_named_numbers) {
      if (text.compare(at, name.size(), name) == 0) text.replace(at, name.size(), std::string(name.size(), '1'));
    }
  }
  return text;
}

void require_json(const std::string& text, const core::FileName& file) {
  const std::string hint = "Check the commas, brackets and quotes there.";
  json::parse_options options;
  options.max_depth = k_deepest;
  json::stream_parser parser({}, options);
  json::error_code failure;
  const std::size_t read = parser.write_some(without_named_numbers(text), failure);
  if (failure) {
    if (const auto half = find_half_character(text)) {
      throw syntax_error(file, text, *half,
                         fmt::format("the escape {} is half a character.", text.substr(*half, k_escape_length)),
                         "Write both halves, as in \\ud83d\\ude80, or the character itself.");
    }
    throw syntax_error(file, text, read, fmt::format("the JSON can't be read: {}.", failure.message()), hint);
  }
  const auto rest = text.find_first_not_of(" \t\r\n", read);
  if (rest != std::string::npos) {
    throw syntax_error(file, text, rest, "the JSON can't be read: something stands behind its end.", hint);
  }
  parser.finish(failure);
  if (failure) throw syntax_error(file, text, text.size(), "the JSON can't be read: it ends too early.", hint);
}

}  // namespace

/// Takes valid JSON apart once more, for the places of its nodes.
class JsonReader {
 public:
  JsonReader(Document& document, const std::string& text, Scalars scalars)
      : m_document(document), m_text(text), m_scalars(scalars), m_places(document.m_file, text) {}

  json::value value(const std::string& pointer) {
    skip_space();
    const auto place = m_places.at(m_at);
    const char first = m_text[m_at];
    auto& marks = m_document.m_marks[pointer];
    marks.value = place;
    marks.plain = std::string_view("\"{[").find(first) == std::string_view::npos;
    if (first == '{') return object(pointer);
    if (first == '[') return array(pointer);
    return first == '"' ? json::value(string()) : bare(place);
  }

 private:
  void skip_space() { m_at = m_text.find_first_not_of(" \t\r\n", m_at); }

  // Whether another element follows; passes the comma or the bracket.
  bool goes_on(char bracket) {
    skip_space();
    const bool ends = m_text[m_at] == bracket;
    if (ends || m_text[m_at] == ',') ++m_at;
    return !ends;
  }

  json::value object(const std::string& pointer) {
    json::object object;
    ++m_at;
    while (goes_on('}')) {
      skip_space();
      const auto place = m_places.at(m_at);
      const json::string key = string();
      skip_space();
      ++m_at;  // the colon
      if (object.contains(key)) {
        throw core::Error("json-syntax",
                          fmt::format("the key \"{}\" stands twice in one mapping.", std::string_view(key)), place,
                          "Remove one of the two.");
      }
      const auto below = pointer_to(pointer, key);
      object[key] = value(below);
      m_document.m_marks[below].key = place;
    }
    return object;
  }

  json::value array(const std::string& pointer) {
    json::array array;
    ++m_at;
    while (goes_on(']')) array.push_back(value(pointer_to(pointer, std::to_string(array.size()))));
    return array;
  }

  json::string string() {
    const auto start = m_at++;
    bool escaped = false;
    for (; m_text[m_at] != '"'; ++m_at) {
      if (m_text[m_at] != '\\') continue;
      escaped = true;
      ++m_at;
    }
    ++m_at;
    const auto quoted = std::string_view(m_text).substr(start, m_at - start);
    if (!escaped) return json::string(quoted.substr(1, quoted.size() - 2));
    return json::parse(quoted).as_string();
  }

  // A number, true, false or null.
  json::value bare(const core::FilePlace& place) {
    const auto end = std::min(m_text.find_first_of(",]} \t\r\n", m_at), m_text.size());
    const auto word = std::string_view(m_text).substr(m_at, end - m_at);
    m_at = end;
    if (word == "null") return nullptr;
    const bool named = std::find(k_named_numbers.begin(), k_named_numbers.end(), word) != k_named_numbers.end();
    if (named || m_scalars == Scalars::as_written) return json::value(word);
    json::error_code failure;
    const auto value = json::parse(word, failure);
    if (failure) {
      throw core::Error("json-syntax", "the JSON can't be read: syntax error.", place,
                        "Check the commas, brackets and quotes there.");
    }
    // The parser's own doubles are not always the nearest.
    return value.is_double() || value.is_uint64() ? json::value(std::strtod(std::string(word).c_str(), nullptr))
                                                  : value;
  }

  Document& m_document;
  const std::string& m_text;
  Scalars m_scalars;
  PlaceCounter m_places;
  std::size_t m_at = 0;
};

Document JsonBuilder::build(const std::string& text, const core::FileName& file, Scalars scalars) {
  require_json(text, file);
  Document document;
  document.m_file = file;
  document.m_value = JsonReader(document, text, scalars).value("");
  return document;
}

}  // namespace mlops::document
