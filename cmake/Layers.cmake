# A layer is a folder below native/mlops and one static library of the same name.

add_library(mlops_precompiled STATIC "${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp")
target_link_libraries(mlops_precompiled PUBLIC mlops_boost fmt::fmt Threads::Threads)
target_include_directories(mlops_precompiled PUBLIC "${CMAKE_SOURCE_DIR}/native")
mlops_warnings(mlops_precompiled)
if(MLOPS_PRECOMPILED_HEADERS)
  target_precompile_headers(mlops_precompiled PRIVATE
    <algorithm> <chrono> <filesystem> <functional> <map> <memory> <optional> <span> <string> <string_view>
    <unordered_map> <variant> <vector> <boost/json.hpp> <fmt/format.h>)
endif()

function(mlops_compile_settings target)
  mlops_warnings(${target})
  target_link_libraries(${target} PUBLIC mlops_boost fmt::fmt Threads::Threads)
  target_include_directories(${target} PUBLIC "${CMAKE_SOURCE_DIR}/native")
  if(MLOPS_PRECOMPILED_HEADERS)
    target_precompile_headers(${target} REUSE_FROM mlops_precompiled)
  endif()
endfunction()

# mlops_layer(NAME DEPENDS layer... LIBRARIES lib...): the library of native/mlops/NAME, all sources below it except
# main files and folders that call mlops_layer themselves.
function(mlops_layer name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  string(REPLACE "/" "_" target "mlops_${name}")
  string(REPLACE "-" "_" target "${target}")
  add_library(${target} STATIC ${sources})
  mlops_compile_settings(${target})
  list(TRANSFORM ARG_DEPENDS PREPEND "mlops_")
  target_link_libraries(${target} PUBLIC ${ARG_DEPENDS} ${ARG_LIBRARIES})
endfunction()

# mlops_program(NAME LIBRARY): build/<preset>/bin/NAME from main.cpp in the current folder over a library.
function(mlops_program name library)
  add_executable(${name} main.cpp)
  mlops_compile_settings(${name})
  target_link_libraries(${name} PRIVATE ${library})
endfunction()
