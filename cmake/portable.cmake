# Toolchain file: MLOPS_PLATFORM names the platform; scripts/lib/portable/toolchain.sh wrote its tools.
get_filename_component(MLOPS_ROOT "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
set(MLOPS_TOOLS "${MLOPS_ROOT}/build/tools/compiler/${MLOPS_PLATFORM}")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES MLOPS_PLATFORM)

if(MLOPS_PLATFORM MATCHES "^win-")
  set(CMAKE_SYSTEM_NAME Windows)
  set(CMAKE_RC_COMPILER "${MLOPS_TOOLS}/rc")
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

# Nothing of the machine's folders gets into the executables: two builds of one commit are the same bytes.
set(MLOPS_SAME_BYTES "-ffile-prefix-map=${MLOPS_ROOT}=. -fdebug-prefix-map=${MLOPS_ROOT}=. -g0")
# What an executable doesn't call is left out of it; a smashed stack ends it.
set(MLOPS_CODE "-ffunction-sections -fdata-sections -fstack-protector-strong -fno-sanitize=undefined")
set(CMAKE_C_FLAGS_INIT "${MLOPS_SAME_BYTES} ${MLOPS_CODE}")
set(CMAKE_CXX_FLAGS_INIT "${MLOPS_SAME_BYTES} ${MLOPS_CODE}")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,--gc-sections -Wl,-s")
if(CMAKE_SYSTEM_NAME STREQUAL Linux)
  string(APPEND CMAKE_EXE_LINKER_FLAGS_INIT " -static -Wl,-z,relro,-z,now,-z,noexecstack")
endif()
