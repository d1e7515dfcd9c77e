# shellcheck shell=bash
# Sourced by scripts/portable: builds the pinned libraries for a platform, static and without what the tasks don't use.

sources=$repository/build/third-party/sources

zlib_options() { echo -DZLIB_SOURCE="$sources/zlib"; }
mbedtls_options() { echo -DENABLE_PROGRAMS=OFF -DENABLE_TESTING=OFF -DGEN_FILES=OFF -DMBEDTLS_FATAL_WARNINGS=OFF; }
libyaml_options() { echo -DBUILD_TESTING=OFF -DCMAKE_POLICY_VERSION_MINIMUM=3.5; }
cli11_options() { echo -DCLI11_BUILD_TESTS=OFF -DCLI11_BUILD_EXAMPLES=OFF -DCLI11_BUILD_DOCS=OFF; }
fmt_options() { echo -DFMT_TEST=OFF -DFMT_DOC=OFF; }

# Windows has its own TLS, which trusts what the machine trusts; elsewhere mbedTLS with the machine's certificates.
curl_options() {
  echo -DHTTP_ONLY=ON -DBUILD_CURL_EXE=OFF -DBUILD_TESTING=OFF -DBUILD_EXAMPLES=OFF -DBUILD_LIBCURL_DOCS=OFF \
    -DBUILD_MISC_DOCS=OFF -DENABLE_CURL_MANUAL=OFF -DPICKY_COMPILER=OFF -DCURL_DISABLE_COOKIES=ON \
    -DCURL_DISABLE_NETRC=ON -DCURL_DISABLE_ALTSVC=ON -DCURL_DISABLE_HSTS=ON -DCURL_DISABLE_DOH=ON \
    -DCURL_DISABLE_AWS=ON -DCURL_DISABLE_WEBSOCKETS=ON -DCURL_DISABLE_MIME=ON -DCURL_DISABLE_GETOPTIONS=ON \
    -DCURL_DISABLE_VERBOSE_STRINGS=ON -DCURL_DISABLE_PROGRESS_METER=ON -DCURL_DISABLE_HEADERS_API=ON \
    -DCURL_DISABLE_BINDLOCAL=ON -DCURL_DISABLE_SHUFFLE_DNS=ON -DCURL_DISABLE_IPFS=ON -DCURL_DISABLE_SHA512_256=ON \
    -DENABLE_UNIX_SOCKETS=OFF \
    -DUSE_NGHTTP2=OFF -DUSE_LIBIDN2=OFF -DCURL_USE_LIBPSL=OFF -DCURL_USE_LIBSSH2=OFF -DCURL_USE_PKGCONFIG=OFF \
    -DCURL_BROTLI=OFF -DCURL_ZSTD=OFF -DCURL_ZLIB=ON \
    -DCURL_CA_BUNDLE=none -DCURL_CA_PATH=none -DCURL_CA_FALLBACK=OFF
  case $1 in
    osx-*) echo -DHAVE_PIPE2=0 ;;  # its headers know the call, the oldest system that is supported does not
  esac
  case $1 in
    win-*) echo -DCURL_USE_SCHANNEL=ON -DENABLE_UNICODE=OFF ;;
    *) echo -DCURL_USE_MBEDTLS=ON -DCURL_USE_OPENSSL=OFF ;;
  esac
}

# build_library NAME PLATFORM PREFIX
build_library() {
  local name=$1 platform=$2 prefix=$3 source=$sources/$1 folder=$3/build/$1
  [ ! -f "$repository/third-party/$name/CMakeLists.txt" ] || source=$repository/third-party/$name
  say "  $name"
  # shellcheck disable=SC2046 # options are words
  {
    cmake -G Ninja -S "$source" -B "$folder" --toolchain "$repository/cmake/portable.cmake" \
      -DMLOPS_PLATFORM="$platform" -DCMAKE_BUILD_TYPE=MinSizeRel -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_PREFIX_PATH="$prefix" \
      -DBUILD_SHARED_LIBS=OFF $("${name}_options" "$platform") &&
      cmake --build "$folder" && cmake --install "$folder"
  } >"$prefix/$name.log" 2>&1 ||
    { tail -n 25 "$prefix/$name.log" >&2; die "$name could not be built for $platform."; }
}

# build_libraries PLATFORM: what the executables link, in build/third-party/PLATFORM; again only when a pin or an option changed.
build_libraries() {
  local platform=$1 prefix=$repository/build/third-party/$1 stamp name others
  stamp=$(cat "$repository"/third-party/sources.json "$repository"/third-party/*/*.patch "$repository"/scripts/lib/portable/*.sh "$repository/cmake/portable.cmake" | sha256sum)
  if [ "$(cat "$prefix/stamp" 2>/dev/null)" = "$stamp" ]; then return; fi
  rm -rf "$prefix" "$repository/build/portable/$platform"  # the executables' flags are those of the libraries
  mkdir -p "$prefix"
  say "Building the libraries for $platform"
  # Two at a time: their checks of the compiler, and its own libraries, which it makes at its first use, keep one processor
  # busy each.
  (for name in libyaml fmt cli11; do build_library "$name" "$platform" "$prefix"; done) & others=$!
  for name in zlib mbedtls curl; do build_library "$name" "$platform" "$prefix"; done
  wait "$others"
  rm -rf "$prefix/build" "$prefix"/lib/*.so* "$prefix"/lib/*.dll*
  echo "$stamp" >"$prefix/stamp"
}
