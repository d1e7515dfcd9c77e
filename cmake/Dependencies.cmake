# Every third-party library, found in the distribution's packages.
#
# Boost is used by its headers alone (JSON, Asio, Beast, Process). Debian 12 can't install a Boost that has JSON beside
# scikit-learn, so scripts/lib/dependencies.sh may have unpacked the headers below build/third-party/boost.
set(MLOPS_BOOST_UNPACKED "${CMAKE_SOURCE_DIR}/build/third-party/boost/usr/include")
find_path(MLOPS_BOOST_INCLUDE boost/json/src.hpp HINTS "${MLOPS_BOOST_UNPACKED}")
if(NOT MLOPS_BOOST_INCLUDE)
  message(FATAL_ERROR "Boost 1.75 or later with Boost.JSON was not found. Run scripts/quickstart or scripts/test, "
    "which install it, or set MLOPS_BOOST_INCLUDE to the folder that holds boost/json.hpp.")
endif()

find_package(Threads REQUIRED)
find_package(MbedTLS REQUIRED)
find_package(CURL REQUIRED)
if(NOT MLOPS_PORTABLE)
  find_package(OpenSSL REQUIRED)  # the emulator and the tests
  find_package(SQLite3 REQUIRED)
endif()
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)

# libyaml, whose packages in Debian and Ubuntu describe it to pkg-config alone.
find_path(MLOPS_YAML_INCLUDE yaml.h REQUIRED)
find_library(MLOPS_YAML_LIBRARY yaml REQUIRED)
add_library(mlops_yaml INTERFACE)
target_include_directories(mlops_yaml SYSTEM INTERFACE "${MLOPS_YAML_INCLUDE}")
target_link_libraries(mlops_yaml INTERFACE "${MLOPS_YAML_LIBRARY}")
if(MLOPS_PORTABLE)
  target_compile_definitions(mlops_yaml INTERFACE YAML_DECLARE_STATIC)
endif()

add_library(mlops_boost INTERFACE)
target_include_directories(mlops_boost SYSTEM INTERFACE "${MLOPS_BOOST_INCLUDE}")
target_compile_definitions(mlops_boost INTERFACE BOOST_ERROR_CODE_HEADER_ONLY BOOST_PROCESS_USE_STD_FS
  BOOST_ASIO_NO_DEPRECATED BOOST_BIND_GLOBAL_PLACEHOLDERS)
if(MLOPS_PORTABLE)
  # Clang finds some of the library's own format strings not constant; the compiler of the other builds checks ours.
  set_property(TARGET fmt::fmt APPEND PROPERTY INTERFACE_COMPILE_DEFINITIONS FMT_CONSTEVAL=)
endif()
