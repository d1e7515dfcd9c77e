# Toolchain file: MLOPS_PLATFORM names the platform; scripts/lib/portable/toolchain.sh wrote its tools.
get_filename_component(MLOPS_ROOT "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
set(MLOPS_TOOLS "${MLOPS_ROOT}/build/tools/compiler/${MLOPS_PLATFORM}")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES MLOPS_PLATFORM)

if(MLOPS_PLATFORM MATCHES "^win-")
  set(CMAKE_SYSTEM_NAME Windows)
  set(CMAKE_RC_COMPILER "${MLOPS_TOOLS}/rc")
elseif(MLOPS_PLATFORM MATCHES "^osx-")
  set(CMAKE_SYSTEM_NAME Darwin)
else()
  set(CMAKE_SYSTEM_NAME Linux)
endif()
if(MLOPS_PLATFORM MATCHES "arm64$")
  set(CMAKE_SYSTEM_PROCESSOR aarch64)
else()
  set(CMAKE_SYSTEM_PROCESSOR x86_64)
endif()

set(CMAKE_C_COMPILER "${MLOPS_TOOLS}/cc")
set(CMAKE_CXX_COMPILER "${MLOPS_TOOLS}/c++")
set(CMAKE_AR "${MLOPS_TOOLS}/ar" CACHE FILEPATH "")
set(CMAKE_RANLIB "${MLOPS_TOOLS}/ranlib" CACHE FILEPATH "")
# No library or header of this machine.
set(CMAKE_FIND_ROOT_PATH "${MLOPS_ROOT}/build/third-party")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
foreach(kind LIBRARY INCLUDE PACKAGE)
  set(CMAKE_FIND_ROOT_PATH_MODE_${kind} ONLY)
endforeach()

# The compiler's commands are scripts: ccache is told what they start. Folders and dates of files are left out of its
# keys, so that another working copy finds the results of this one.
find_program(MLOPS_CCACHE ccache)
if(MLOPS_CCACHE)
  file(STRINGS "${MLOPS_TOOLS}/identity" MLOPS_COMPILER_IDENTITY LIMIT_COUNT 1)
  foreach(language C CXX)
    set(CMAKE_${language}_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_COMPILERTYPE=clang
      "CCACHE_COMPILERCHECK=string:${MLOPS_COMPILER_IDENTITY}" "CCACHE_BASEDIR=${MLOPS_ROOT}" CCACHE_NOHASHDIR=true
      CCACHE_SLOPPINESS=include_file_mtime,include_file_ctime "${MLOPS_CCACHE}")
  endforeach()
endif()

# Nothing of the machine's folders gets into the executables: two builds of one commit are the same bytes.
set(MLOPS_SAME_BYTES "-ffile-prefix-map=${MLOPS_ROOT}=. -fdebug-prefix-map=${MLOPS_ROOT}=. -g0")
# A smashed stack ends an executable.
set(MLOPS_SAFE "-fstack-protector-strong -fno-sanitize=undefined")
# What an executable doesn't call is left out of it; the compiler's front end takes -Oz for -Os. CMake's checks use the same flags:
# the compiler makes its own libraries (C, C++) once for each kind of optimization, which takes minutes.
set(MLOPS_SMALL "-ffunction-sections -fdata-sections -fno-vectorize -fno-slp-vectorize -Os -Xclang -Oz")
set(CMAKE_TRY_COMPILE_CONFIGURATION MinSizeRel)
set(CMAKE_C_FLAGS_INIT "${MLOPS_SAME_BYTES} ${MLOPS_SAFE} ${MLOPS_SMALL}")
set(CMAKE_CXX_FLAGS_INIT "${MLOPS_SAME_BYTES} ${MLOPS_SAFE} ${MLOPS_SMALL}")
if(NOT CMAKE_SYSTEM_NAME STREQUAL Windows)  # which walks the stack by these tables; no exception passes through C
  string(APPEND CMAKE_C_FLAGS_INIT " -fno-unwind-tables -fno-asynchronous-unwind-tables")
endif()
foreach(language C CXX)
  set(CMAKE_${language}_FLAGS_MINSIZEREL "-DNDEBUG" CACHE STRING "")
endforeach()
if(CMAKE_SYSTEM_NAME STREQUAL Darwin)
  set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,-dead_strip -Wl,-x")  # its linker ignores -s
else()
  set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,--gc-sections -Wl,-s")
endif()
if(CMAKE_SYSTEM_NAME STREQUAL Linux)
  string(APPEND CMAKE_EXE_LINKER_FLAGS_INIT " -static -Wl,-z,relro,-z,now,-z,noexecstack")
endif()
