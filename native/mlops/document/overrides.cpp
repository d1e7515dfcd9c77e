#include <fmt/format.h>

#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>
#include <mlops/document/document.hpp>

namespace mlops::document {

void Document::set(const std::string& dotted_path, const std::string& yaml_value, const std::string& origin) {
  const auto fail = [&](const std::string& why) {
    return core::Error("override-invalid", fmt::format("can't set \"{}\": {}.", dotted_path, why),
                       core::FilePlace{origin}, "Write a.b.c=value, with list elements by index: a.0.b=value.");
  };
  json::value* target = &m_value;
  std::string pointer;
  for (const auto& token : core::split(dotted_path, '.')) {
    if (token.empty()) throw fail("a part of the path is empty");
    pointer = pointer_to(pointer, token);
    if (auto* array = target->if_array()) {
      const bool digits = token.find_first_not_of("0123456789") == std::string::npos && token.size() < 10;
      const std::size_t index = digits ? std::stoul(token) : array->size() + 1;
      if (index > array->size()) throw fail(fmt::format("the list has no element \"{}\"", token));
      if (index == array->size()) array->push_back(nullptr);
      target = &(*array)[index];
    } else {
      if (target->is_null()) target->emplace_object();
      if (!target->is_object()) throw fail(fmt::format("\"{}\" stands below a plain value", token));
      target = &target->as_object()[token];
    }
  }
  const Document value = parse(yaml_value, origin + " ");  // never JSON, whatever the path ends with
  *target = value.value();
  m_marks[pointer] = Marks{{origin, 0, 0}, {origin, 0, 0}};
}

Document Document::of(const Node& mapping, const std::vector<std::string>& without) {
  const Document& other = mapping.document();
  Document document;
  document.m_file = other.m_file;
  document.m_value = mapping.value();
  for (const auto& [place, marks] : other.m_marks) {
    if (place.starts_with(mapping.pointer())) document.m_marks[place.substr(mapping.pointer().size())] = marks;
  }
  for (const auto& key : without) {
    if (auto* object = document.m_value.if_object()) object->erase(key);
  }
  return document;
}

void Document::merge(const Document& other) {
  if (other.value().is_null()) return;
  if (!other.value().is_object()) {
    throw core::Error("override-invalid", "what is to be merged is no mapping of keys and values.",
                      core::FilePlace{other.m_file, 1, 1}, "Write it as the file has it: keys below their parents.");
  }
  merge_below("", m_value, other.m_value, other);
}

void Document::merge_below(const std::string& pointer, json::value& target, const json::value& source,
                           const Document& other) {
  if (source.is_object() && target.is_object()) {
    for (const auto& member : source.get_object()) {
      merge_below(pointer_to(pointer, member.key()), target.get_object()[member.key()], member.value(), other);
    }
    return;
  }
  target = source;
  std::erase_if(m_marks, [&](const auto& mark) { return mark.first.starts_with(pointer + '/'); });
  for (const auto& [place, marks] : other.m_marks) {
    if (place == pointer || place.starts_with(pointer + '/')) m_marks[place] = marks;
  }
}

}  // namespace mlops::document
