# Takes the Python programs of this folder into the executable: a generated source with their text. Included after
# mlops_layer(emulator); run as a script (-P) it writes that source.
set(programs batch_host check_requirements scoring_host)

if(CMAKE_SCRIPT_MODE_FILE)
  set(text "#include <mlops/emulator/execution/embedded.hpp>\n\nnamespace mlops::emulator {\n\n")
  foreach(program IN LISTS programs)
    file(READ "${FOLDER}/${program}.py" content HEX)
    # Bytes, since a string literal may be too short for a whole program.
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "static_cast<char>(0x\\1)," content "${content}")
    set(byte "static_cast<char>[^,]*,")
    string(REGEX REPLACE "(${byte}${byte}${byte}${byte})" "\\1\n" content "${content}")
    string(APPEND text "static const char ${program}_bytes[] = {\n${content}};\n")
    string(APPEND text "const std::string_view k_${program}_py(${program}_bytes, sizeof ${program}_bytes);\n\n")
  endforeach()
  string(APPEND text "}  // namespace mlops::emulator\n")
  file(WRITE "${OUTPUT}" "${text}")
  return()
endif()

set(sources ${programs})
list(TRANSFORM sources PREPEND "${CMAKE_CURRENT_LIST_DIR}/")
list(TRANSFORM sources APPEND ".py")
set(generated "${CMAKE_CURRENT_BINARY_DIR}/embedded_programs.cpp")
add_custom_command(OUTPUT "${generated}"
  COMMAND ${CMAKE_COMMAND} -DFOLDER=${CMAKE_CURRENT_LIST_DIR} -DOUTPUT=${generated} -P "${CMAKE_CURRENT_LIST_FILE}"
  DEPENDS ${sources} "${CMAKE_CURRENT_LIST_FILE}"
  COMMENT "Embedding Python programs")
target_sources(mlops_emulator PRIVATE "${generated}")
