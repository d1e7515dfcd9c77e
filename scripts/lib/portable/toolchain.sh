# shellcheck shell=bash
# Sourced by scripts/portable: the cross compiler, and a command per tool and platform for it.

# The platforms of a package: the name of the folder in a task, and the compiler's target. Linux is linked against musl
# without any shared library, so that it starts on every distribution; macOS' number is the oldest version that is supported.
declare -A compiler_targets=(
  [linux-x64]=x86_64-linux-musl
  [linux-arm64]=aarch64-linux-musl
  [win-x64]=x86_64-windows-gnu
  [osx-arm64]=aarch64-macos.12.0-none
  [osx-x64]=x86_64-macos.12.0-none
)
all_platforms=(linux-x64 linux-arm64 win-x64 osx-arm64 osx-x64)

toolchain=$repository/build/tools/compiler

# ensure_compiler: installs the pinned compiler, with pip, into build/tools.
ensure_compiler() {
  local version
  version=$(pinned compiler version)
  if [ "$(cat "$toolchain/version" 2>/dev/null)" != "$version" ]; then
    say "Installing the cross compiler (ziglang $version)"
    rm -rf "$toolchain"
    python3 -m venv "$toolchain" || die "python3 could not make a virtual environment." "Install python3-venv."
    "$toolchain/bin/pip" install -q --disable-pip-version-check "$(pinned compiler package)==$version" ||
      die "pip could not install the cross compiler." "Check the network."
    echo "$version" >"$toolchain/version"
  fi
  zig=$(echo "$toolchain"/lib/python3*/site-packages/ziglang/zig)
}

# pinned SECTION KEY: a value of third-party/sources.json.
pinned() {
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]][sys.argv[3]])' \
    "$repository/third-party/sources.json" "$1" "$2"
}

# write_tools PLATFORM: build/tools/compiler/PLATFORM/{cc,c++,ar,ranlib,rc}, which CMake takes for a compiler, and a file
# that says which one it is (ccache can't tell from scripts).
write_tools() {
  local folder=$toolchain/$1 target=${compiler_targets[$1]} tool
  mkdir -p "$folder"
  for tool in cc c++; do
    printf '#!/bin/sh\nexec "%s" %s -target %s "$@"\n' "$zig" "$tool" "$target" >"$folder/$tool"
  done
  for tool in ar ranlib rc; do
    printf '#!/bin/sh\nexec "%s" %s "$@"\n' "$zig" "$tool" >"$folder/$tool"
  done
  chmod +x "$folder"/*
  echo "$(pinned compiler package) $(pinned compiler version) $target" >"$folder/identity"
}
