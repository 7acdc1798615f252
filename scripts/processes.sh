# shellcheck shell=bash
# Sourced by ../followup: starting, watching and stopping processes.
#
# A process that these scripts start in the background leads a session of its own, and writes its identity (process id and start time) to
# a pid file before it executes the program. Whatever happens to the script, a later command finds exactly this process and no other one
# that got the same id.

end_group() { # PID of a session's leader
  kill -TERM -- "-$1" 2>/dev/null || kill -TERM "$1" 2>/dev/null || return 0
  for _ in {1..50}; do kill -0 -- "-$1" 2>/dev/null || return 0; sleep .1; done
  kill -KILL -- "-$1" 2>/dev/null
}

# Runs a command in a session of its own and waits for it. A signal to this script is handled at once and ends the whole group, and Ctrl-C
# reaches the command only through this script.
run() {
  local code=0
  if has setsid; then setsid "$@" </dev/null 9>&- & else "$@" </dev/null 9>&- & fi # macOS (Docker only) has no setsid
  running=$!
  wait "$running" || code=$?
  ran=$running running=
  return "$code"
}

launch() { # PIDFILE LOG COMMAND...: starts a server in the background
  local pidfile=$1 log=$2
  shift 2
  rm -f "$pidfile"
  # shellcheck disable=SC2016 # the inner shell expands it
  (umask 077; exec setsid bash -c '
    read -r stat <"/proc/$$/stat"; fields=(${stat##*) })
    printf "%s %s\n" "$$" "${fields[19]}" >"$0" || exit # a process without a pid file (the disk is full) would never be found
    cd /; ulimit -n 65536 2>/dev/null; exec "$@"' "$pidfile" "$@" >>"$log" 2>&1 </dev/null 9>&-) &
  while [ ! -s "$pidfile" ] && kill -0 "$!" 2>/dev/null; do sleep .02; done
  disown "$!" 2>/dev/null || true # from here on the pid file is how it is found
}

alive() { # PIDFILE: whether the process that wrote it still runs; its id is then in $pid
  local started stat fields
  { read -r pid started <"$1"; } 2>/dev/null || return 1
  { read -r stat <"/proc/$pid/stat"; } 2>/dev/null || return 1
  read -r -a fields <<<"${stat##*) }"
  [ "${fields[0]}" != Z ] && [ "${fields[19]}" = "$started" ]
}

identify_this_script() { # PIDFILE
  local stat fields
  [ -r "/proc/$$/stat" ] || return 0
  read -r stat <"/proc/$$/stat"
  read -r -a fields <<<"${stat##*) }"
  printf '%s %s\n' "$$" "${fields[19]}" >"$1"
}

# Whether this process, and not another one that was faster, listens on the port. Looks as the process's own user (servers.sh, as_user):
# in a container even root may not see the files of another user's process.
listens() { # PIDFILE PORT
  local address state inode port
  alive "$1" || return 1
  port=$(printf %04X "$2")
  while read -r _ address _ state _ _ _ _ _ inode _; do
    [[ $address == *:$port && $state == 0A ]] || continue # 0A: it listens
    [ -z "$("${as[@]}" find "/proc/$pid/fd" -lname "socket:\\[$inode\\]" 2>/dev/null)" ] || return 0
  done </proc/net/tcp
  return 1
}

stop() { # PIDFILE SIGNAL SECONDS: asks the process to end, waits, and kills it when the time is up
  if alive "$1"; then
    local tenths
    for ((tenths = $3 * 10; tenths > 0; tenths--)); do
      alive "$1" || break
      [ $((tenths % 20)) != 0 ] || kill -s "$2" "$pid" 2>/dev/null || true # repeated: RabbitMQ misses a signal while it starts
      sleep .1
    done
    if alive "$1"; then kill -KILL -- "-$pid" 2>/dev/null || true; while alive "$1"; do sleep .05; done; fi
  fi
  rm -f "$1"
}

killed() { ! alive "$1" || kill -KILL "$pid"; while alive "$1"; do sleep .05; done; rm -f "$1"; } # PIDFILE

# Waits until TEST succeeds. Ends the script when the process ends or the time is up; only when the process ended because another one had
# bound its port, it returns and sets $port_taken. SECONDS matter only for a process that hangs: they are meant for a very slow machine.
wait_until() { # NAME PIDFILE LOG SECONDS TEST...
  local name=$1 pidfile=$2 log=$3 deadline=$((SECONDS + $4))
  shift 4
  port_taken=
  until "$@"; do
    if ! alive "$pidfile"; then
      # epmd doesn't say why it ends, and hardly has another reason
      if [ "$name" = epmd ] || grep -qiE 'address already in use|eaddrinuse|already in use|in use by another' "$log"; then
        port_taken=yes
        return
      fi
      last_lines "$name" "$log"
      fail "$name ended while it was starting."
    fi
    [ "$SECONDS" -lt "$deadline" ] || { last_lines "$name" "$log"; fail "$name was not ready in time."; }
    sleep .2
  done
}
