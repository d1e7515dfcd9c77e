#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace mlops::emulator {

namespace json = boost::json;

/// Text at a member; empty when there is none or it is something else.
std::string text_at(const json::object& object, std::string_view name);
/// Object at a member; nullptr when there is none.
const json::object* object_at(const json::object& object, std::string_view name);
/// The object at a member, made when it is missing or null.
json::object& ensure_object(json::object& object, std::string_view name);
/// True only for the boolean true.
bool flag_at(const json::object& object, std::string_view name);

}  // namespace mlops::emulator
