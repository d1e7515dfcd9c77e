# shellcheck shell=bash
# Sourced by the scripts: starts and stops aml-emulator. Needs `say` and `die` of dependencies.sh.

emulator_pid=

# True for the id of a running emulator; an id that another program got in the meantime does not count.
is_emulator() {
  [ -n "$1" ] && tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | grep -q aml-emulator
}

emulator_log_tail() {
  say "The last lines of $1/emulator.err:"
  tail -n 20 "$1/emulator.err" >&2
}

# start_emulator EXECUTABLE FOLDER [argument...]: runs it in the background with its data, log and connection.env in the folder,
# and returns when it is ready. Sets emulator_pid; the same id stands in FOLDER/emulator.pid.
start_emulator() {
  local executable=$1 folder=$2
  shift 2
  rm -f "$folder/connection.env" "$folder/emulator.out"
  # A session of its own: Ctrl-C is for the step that runs, which still needs the emulator to cancel its job. The
  # descriptor of the lock must not live on in an emulator that is kept.
  setsid "$executable" --data "$folder/emulator" --connection-file "$folder/connection.env" "$@" \
    </dev/null >"$folder/emulator.out" 2>"$folder/emulator.err" 9>&- &
  emulator_pid=$!
  echo "$emulator_pid" >"$folder/emulator.pid"
  local tenths
  for ((tenths = 0; tenths < 600; ++tenths)); do
    grep -q '^aml-emulator ready: ' "$folder/emulator.out" && return
    if ! kill -0 "$emulator_pid" 2>/dev/null; then
      emulator_pid=
      emulator_log_tail "$folder"
      die "aml-emulator ended before it was ready."
    fi
    sleep 0.1
  done
  emulator_log_tail "$folder"
  die "aml-emulator was not ready after 60 seconds."
}

# adopt_emulator FOLDER: uses the emulator an earlier run left there. False when there is none.
adopt_emulator() {
  local pid
  pid=$(cat "$1/emulator.pid" 2>/dev/null) || return 1
  is_emulator "$pid" && [ -f "$1/connection.env" ]
}

# stop_emulator PID FOLDER: asks it to end, and ends it after ten seconds.
stop_emulator() {
  local tenths
  kill -TERM "$1" 2>/dev/null || true
  for ((tenths = 0; tenths < 100; ++tenths)); do
    is_emulator "$1" || break
    sleep 0.1
  done
  is_emulator "$1" && kill -KILL "$1" 2>/dev/null
  rm -f "$2/emulator.pid"
}
