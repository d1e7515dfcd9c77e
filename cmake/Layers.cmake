# A layer is a folder below native/mlops and one static library of the same name.

add_library(mlops_precompiled STATIC "${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp")
target_link_libraries(mlops_precompiled PUBLIC mlops_boost fmt::fmt Threads::Threads)
target_include_directories(mlops_precompiled PUBLIC "${CMAKE_SOURCE_DIR}/native")
mlops_warnings(mlops_precompiled)
if(MLOPS_PRECOMPILED_HEADERS)
  if(MLOPS_PORTABLE)  # its compiler knows what it is asked for by the language alone
    set(CMAKE_CXX_COMPILE_OPTIONS_CREATE_PCH -x c++-header -include <PCH_HEADER>)
  endif()
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
# main files and those of another system (folders posix and windows).
function(mlops_layer name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  if(WIN32)
    list(FILTER sources EXCLUDE REGEX "/posix/")
  else()
    list(FILTER sources EXCLUDE REGEX "/windows/")
  endif()
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
  if(MLOPS_PORTABLE)
    target_sources(${name} PRIVATE "${CMAKE_SOURCE_DIR}/cmake/without_demangler.cpp")
  endif()
  if(WIN32)
    mlops_windows_resource(${name})
  endif()
endfunction()

# The version that Windows shows of an executable, and the manifest that makes its texts UTF-8.
function(mlops_windows_resource program)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${program}.rc")
  set(resource "${CMAKE_CURRENT_BINARY_DIR}/${program}.res")
  configure_file("${CMAKE_SOURCE_DIR}/cmake/windows/program.rc.in" "${source}" @ONLY)
  add_custom_command(OUTPUT "${resource}" COMMAND "${CMAKE_RC_COMPILER}" /fo "${resource}" "${source}"
    DEPENDS "${source}" "${CMAKE_SOURCE_DIR}/cmake/windows/program.manifest" VERBATIM)
  target_sources(${program} PRIVATE "${resource}")
  target_link_libraries(${program} PRIVATE "${resource}")
endfunction()
