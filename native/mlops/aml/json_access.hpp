#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace mlops::aml {

namespace json = boost::json;

/// The value at a dotted path of members ("properties.status"), or null when any part is missing.
const json::value* find_at(const json::value& value, std::string_view dotted_path);

/// The text there, empty when there is none.
std::string text_at(const json::value& value, std::string_view dotted_path);

/// The object there, an empty one when there is none.
const json::object& object_at(const json::value& value, std::string_view dotted_path);

/// Sets the value at a dotted path and makes the objects on the way.
void set_at(json::object& object, std::string_view dotted_path, json::value value);

}  // namespace mlops::aml
