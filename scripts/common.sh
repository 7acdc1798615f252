# shellcheck shell=bash
# Sourced by ../followup: variables that all scripts use, small tools, the state directory, and cleaning up at the end.

state=$root/.followup
pair_servers=$state/servers # PostgreSQL and RabbitMQ of `up`; tests and benchmarks have their own

port=${FOLLOWUP_PORT:-8080}
scheduler_port=${FOLLOWUP_SCHEDULER_PORT:-8081}
bind=${FOLLOWUP_BIND:-127.0.0.1}
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin # the servers get this, and nothing of the caller's environment

say() { printf '%s\n' "$*"; }
fail() { printf 'followup: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }
am_root() { [ "$(id -u)" = 0 ]; }
listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; } # PORT
private() { (umask 077; rm -f "$1.new"; cat >"$1.new"; mv -f "$1.new" "$1"); } # FILE, content on standard input
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
secret() { [ -s "$1" ] || random | private "$1"; cat "$1"; } # FILE: made when it doesn't exist
run_value() { [ ! -e "$state/run.json" ] || sed -n "s/^  \"$1\": \"\(.*\)\",*\$/\1/p" "$state/run.json"; } # NAME

last_lines() { # NAME LOG
  printf '\n--- the last lines of %s (%s)\n' "$1" "${2#"$root/"}" >&2
  tail -n 25 "$2" >&2 2>/dev/null || printf '(no log)\n' >&2
  printf -- '---\n' >&2
}

make_state() {
  [ ! -d "$state" ] || [ -w "$state" ] ||
    fail "another user owns $state ('docker compose up' creates it as root). Take it over: sudo chown -R $(id -un): $state"
  mkdir -p "$state/log" "$state/run" "$state/settings"
  chmod 700 "$state/settings"
  if am_root; then chmod 711 "$state"; else chmod 700 "$state"; fi # as root: the users postgres and rabbitmq must pass through
}

# Holds a lock until this script ends. Every process that the script starts must close file descriptor 9, or it would hold the lock too.
only_one() { # NAME
  has flock || return 0
  exec 9>"$state/run/$1.lock"
  flock -n 9
}

# Functions to call when the script ends for any reason, the last one first.
on_exit=()
leave() {
  local code=$? i pid
  trap '' INT TERM HUP PIPE
  trap - EXIT
  set +e
  [ -z "${running:-}" ] || end_group "$running"
  for ((i = ${#on_exit[@]} - 1; i >= 0; i--)); do "${on_exit[i]}"; done
  for pid in $(jobs -p); do end_group "$pid"; done # a process that was started and has no pid file yet
  exit "$code"
}
trap leave EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 141' PIPE
trap 'exit 143' TERM
