# Options and settings that hold for every target.
option(MLOPS_BUILD_TESTS "Build the tests" ON)
option(MLOPS_WARNINGS_AS_ERRORS "A compiler warning ends the build" OFF)
option(MLOPS_PORTABLE "Only the task executables, from the pinned libraries and without any shared one" OFF)
option(MLOPS_CLANG_TIDY "Run clang-tidy on every source" OFF)
option(MLOPS_PRECOMPILED_HEADERS "Precompile the standard and Boost.JSON headers" ON)
set(MLOPS_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

find_program(MLOPS_CCACHE ccache)
if(MLOPS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)  # the toolchain of the portable build brings its own
  # Precompiled headers carry time stamps: without these settings ccache would never hit.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${MLOPS_CCACHE})
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()

if(MLOPS_SANITIZE)
  add_compile_options(-fsanitize=${MLOPS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MLOPS_SANITIZE})
endif()

if(MLOPS_CLANG_TIDY)
  find_program(MLOPS_CLANG_TIDY_PROGRAM NAMES clang-tidy REQUIRED)
  set(CMAKE_CXX_CLANG_TIDY ${MLOPS_CLANG_TIDY_PROGRAM} --quiet)
endif()

# Adds the project's warnings to one of our own targets; third-party headers come in as system headers.
function(mlops_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic
    -Wshadow            # a shadowed name is a misread name
    -Wnon-virtual-dtor  # the world's interfaces are deleted through a base
    -Woverloaded-virtual
    -Wno-missing-field-initializers # designated initializers leave defaults out on purpose
    -Wconversion -Wno-sign-conversion # narrowing loses data silently; sign changes in indices do not
    $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op>
    # gcc 12 reports these inside libstdc++ and Boost.JSON when it inlines them
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-restrict -Wno-dangling-pointer>)
  if(MLOPS_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()
