#include <mlops/core/text.hpp>
#include <mlops/emulator/deployments/what_if.hpp>

namespace mlops::emulator::deployments {

namespace {

json::object change(const std::string& path, const char* kind, json::value before, json::value after,
                    json::value children = nullptr) {
  return {{"path", path},
          {"propertyChangeType", kind},
          {"before", std::move(before)},
          {"after", std::move(after)},
          {"children", std::move(children)}};
}

// Regions are the same in capitals and with blanks.
bool same_text(const std::string& path, const json::value& before, const json::value& after) {
  if (path != "location") return before == after;
  const auto plain = [](const json::value& value) {
    return core::to_lower(core::replace_all(to_text(value), " ", ""));
  };
  return plain(before) == plain(after);
}

class Comparison {
 public:
  json::array result;

  void compare(const std::string& path, const json::value* before, const json::value* after,
               const json::value* declared) {
    const bool is_before = before && !before->is_null();
    const bool is_after = after && !after->is_null();
    if (!is_before && !is_after) return;
    if (!is_before) {
      result.push_back(change(path, "Create", nullptr, *after));
    } else if (!is_after) {
      result.push_back(change(path, "Delete", *before, nullptr));
    } else if (before->is_object() && after->is_object()) {
      members(path, before->get_object(), after->get_object(), declared ? declared->if_object() : nullptr);
    } else if (before->is_array() && after->is_array()) {
      elements(path, before->get_array(), after->get_array());
    } else if (!same_text(path, *before, *after)) {
      result.push_back(change(path, "Modify", *before, *after));
    }
  }

  void members(const std::string& path, const json::object& before, const json::object& after,
               const json::object* declared) {
    const auto below = [&](std::string_view name) { return (path.empty() ? "" : path + ".") + std::string(name); };
    for (const auto& member : after) {
      const auto* put = declared ? find_member(*declared, member.key()) : nullptr;
      compare(below(member.key()), find_member(before, member.key()), &member.value(), put);
    }
    if (!declared) return;
    for (const auto& member : *declared) {
      if (!find_member(after, member.key())) {
        compare(below(member.key()), find_member(before, member.key()), nullptr, nullptr);
      }
    }
  }

 private:
  void elements(const std::string& path, const json::array& before, const json::array& after) {
    Comparison inner;
    for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
      inner.compare(std::to_string(i), i < before.size() ? &before[i] : nullptr, i < after.size() ? &after[i] : nullptr,
                    nullptr);
    }
    if (!inner.result.empty()) result.push_back(change(path, "Array", before, after, std::move(inner.result)));
  }
};

}  // namespace

json::array differences(const json::object& before, const json::object& after, const json::object& declared) {
  Comparison comparison;
  comparison.members("", before, after, &declared);
  return std::move(comparison.result);
}

}  // namespace mlops::emulator::deployments
