#include <fmt/format.h>
#include <boost/json.hpp>
#include <mlops/agent/connection.hpp>
#include <mlops/core/error.hpp>
#include <mlops/core/text.hpp>

namespace mlops::agent {

namespace json = boost::json;

namespace {

json::object object_of(const std::optional<std::string>& text) {
  if (!text) return {};
  boost::system::error_code failure;
  json::value parsed = json::parse(*text, failure);
  return !failure && parsed.is_object() ? parsed.get_object() : json::object();
}

core::Error missing(const core::Environment& environment, const std::string& id) {
  std::string hint =
      "Name an Azure Resource Manager service connection of this project in the input azureSubscription.";
  if (environment.get("MLOPS_EMULATOR_CONNECTION")) {
    hint = fmt::format("The emulator's connection is \"{}\".", *environment.get("MLOPS_EMULATOR_CONNECTION"));
  } else if (!environment.get("AGENT_ID")) {
    hint += " Outside a pipeline, set the ENDPOINT_* variables, e.g. from the emulator's connection.env.";
  }
  return {"connection-missing", fmt::format("there is no service connection \"{}\".", id), {}, hint};
}

}  // namespace

Connection Connection::read(core::Environment& environment, const std::string& id) {
  const auto url = environment.get("ENDPOINT_URL_" + id);
  const auto authorization = environment.get("ENDPOINT_AUTH_" + id);
  if (!url && !authorization) throw missing(environment, id);

  Connection connection;
  connection.m_id = id;
  connection.m_url = url.value_or("");
  const json::object parts = object_of(authorization);
  if (const auto* scheme = parts.if_contains("scheme"); scheme && scheme->is_string()) {
    connection.m_scheme = std::string(scheme->get_string());
  }
  if (const auto scheme = environment.get("ENDPOINT_AUTH_SCHEME_" + id)) connection.m_scheme = *scheme;
  if (const auto* parameters = parts.if_contains("parameters"); parameters && parameters->is_object()) {
    for (const auto& parameter : parameters->get_object()) {
      if (!parameter.value().is_string()) continue;
      connection.m_parameters[core::to_lower(parameter.key())] =
          core::Secret(std::string(parameter.value().get_string()));
    }
  }
  for (const auto& member : object_of(environment.get("ENDPOINT_DATA_" + id))) {
    if (member.value().is_string()) {
      connection.m_data[core::to_lower(member.key())] = std::string(member.value().get_string());
    }
  }
  const std::string parameter_prefix = "ENDPOINT_AUTH_PARAMETER_" + id + "_";
  const std::string data_prefix = "ENDPOINT_DATA_" + id + "_";
  for (const auto& [name, value] : environment.all()) {
    if (name.rfind(parameter_prefix, 0) == 0) {
      connection.m_parameters[core::to_lower(name.substr(parameter_prefix.size()))] = core::Secret(value);
      environment.remove(name);
    } else if (name.rfind(data_prefix, 0) == 0) {
      connection.m_data[core::to_lower(name.substr(data_prefix.size()))] = value;
    }
  }
  environment.remove("ENDPOINT_AUTH_" + id);
  return connection;
}

std::string Connection::data(const std::string& name) const {
  const auto found = m_data.find(core::to_lower(name));
  return found == m_data.end() ? std::string() : found->second;
}

core::Secret Connection::parameter(const std::string& name) const {
  const auto found = m_parameters.find(core::to_lower(name));
  return found == m_parameters.end() ? core::Secret() : found->second;
}

}  // namespace mlops::agent
