#pragma once

#include <mlops/emulator/context.hpp>
#include <string>

namespace mlops::emulator {

/// The id of the service connection that connection.env describes.
inline constexpr const char* k_connection_id = "11111111-2222-4333-8444-555555555555";

/// The variables with which the Azure Pipelines agent hands a service connection to a task, as KEY=value lines; values
/// stand in single quotes where a shell would need them.
std::string connection_variables(const Context& context);

/// Writes them to Settings::connection_file with mode 0600.
void write_connection_file(const Context& context);

}  // namespace mlops::emulator
