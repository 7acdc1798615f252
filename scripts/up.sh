# shellcheck shell=bash
# Sourced by ../followup: `up`, natively, and what both of its modes share.

up() { # [--detach]
  case ${1:-} in '' | --detach | -d) ;; *) fail "up: there is no option '$1'." ;; esac
  find_mode
  if [ "$mode" = compose ]; then up_compose ${1:+--detach}; elif [ -n "${1:-}" ]; then up_detached; else up_native; fi
}

show_host() { case $bind in 0.0.0.0 | '*' | '[::]') printf 127.0.0.1 ;; *) printf '%s' "$bind" ;; esac; }
applications_url() { printf 'http://%s:%s' "$(show_host)" "$port"; }
scheduler_url() { printf 'http://%s:%s' "$(show_host)" "$scheduler_port"; }
calendar_address() { export Pages__SchedulerUrl="${Pages__SchedulerUrl:-$(scheduler_url)}"; } # the addresses of calendars begin with it
ready() { curl -fsS -m 10 -o /dev/null "$1/health/ready" 2>/dev/null; } # BASE_URL

check_ports() {
  local number owner
  for number in "$port" "$scheduler_port"; do
    [[ $number =~ ^[0-9]+$ ]] && [ "$number" -gt 0 ] && [ "$number" -lt 65536 ] || fail "'$number' is not a port."
    listening "$number" || continue
    owner=$(ss -Hltnp "sport = :$number" 2>/dev/null |
      sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/ by \1 (process \2)/p' | head -n 1) || owner=
    fail "port $number is taken$owner. Stop that process, or choose other ports:
FOLLOWUP_PORT=8090 FOLLOWUP_SCHEDULER_PORT=8091 ./followup up"
  done
  [ "$port" != "$scheduler_port" ] || fail "both services can't have port $port."
}

prepare_database() { # SERVICE: its database and its role, and the service's configuration as files
  local name=followup_$1 dir=$state/secrets/$1 password file
  mkdir -p "$dir"
  chmod 700 "$state/secrets"
  password=$(secret "$state/secrets/$name")
  sql "$pair_servers" <<SQL
select 'create role $name login' where not exists (select from pg_roles where rolname = '$name') \gexec
alter role $name login password '$password';
select 'create database $name owner $name' where not exists (select from pg_database where datname = '$name') \gexec
revoke all on database $name from public;
SQL
  printf 'Host=127.0.0.1;Port=%s;Database=%s;Username=%s;Password=%s;GSS Encryption Mode=Disable' \
    "$postgres_port" "$name" "$name" "$password" | private "$dir/ConnectionStrings__FollowUp"
  amqp_uri "$pair_servers" | private "$dir/Bus__Uri"
  [ "$1" = applications ] || return 0
  for file in Oidc__ClientSecret Smtp__Password; do # secrets that the operator provides
    if [ -s "${FOLLOWUP_SETTINGS:-$state/settings}/$file" ]; then
      private "$dir/$file" <"${FOLLOWUP_SETTINGS:-$state/settings}/$file"
    else
      rm -f "$dir/$file"
    fi
  done
  # With it Applications makes the broker's users of integrations; without it, it answers with the commands to run.
  if has_management; then
    printf 'http://followup:%s@127.0.0.1:%s' "$(cat "$pair_servers/password")" "$management_port" | private "$dir/Bus__Management"
  else
    rm -f "$dir/Bus__Management"
  fi
}

service() { # SERVICE ARGUMENT...: runs the service's binary for one of its commands, configured like the service
  local name=$1
  shift
  env -C "$state/bin/$name" FOLLOWUP_SECRETS="$state/secrets/$name" dotnet "$(assembly_of "$name")" "$@"
}

start_service() { # SERVICE URLS
  local log=$state/log/$1.log
  [ ! -e "$log" ] || mv -f "$log" "$log.1"
  # In its own directory: .NET takes the working directory for the content root and watches everything below it.
  # Nothing waits for a node to leave a load balancer: its port closes at once.
  launch "$state/run/$1.pid" "$log" env -C "$state/bin/$1" FOLLOWUP_SECRETS="$state/secrets/$1" ASPNETCORE_URLS="$2" \
    Shutdown__Pause="${Shutdown__Pause:-0}" dotnet "$(assembly_of "$1")"
}

await_service() { # SERVICE URL PORT
  wait_until "$1" "$state/run/$1.pid" "$state/log/$1.log" 600 ready "$2"
  [ -z "$port_taken" ] || fail "another process took port $3 while $1 was starting. Try again, or choose another port (./followup --help)."
}

stop_native() {
  rm -f "$state/run.json"
  local name
  for name in "${services[@]}"; do ! alive "$state/run/$name.pid" || kill -TERM "$pid" || true; done
  for name in "${services[@]}"; do stop "$state/run/$name.pid" TERM 30; done
  servers_stop "$pair_servers"
}

# The key for run.json: the stored one where it is still valid, else the one that a first start has just logged, else a new one.
find_key() { # LOGGED_KEY
  local stored=$state/secrets/key-$mode # a key of one mode's database means nothing in the other's
  if [ -s "$stored" ] && [ "$(status_with "$(cat "$stored")")" != 401 ]; then return; fi
  if [ -n "$1" ]; then printf '%s\n' "$1" | private "$stored"; else new_key default | private "$stored"; fi
}

# curl gets the key on a file descriptor: every user of the machine can read arguments.
with_key() { curl -sS -K - "${@:2}" <<<"header = \"Authorization: Bearer $1\""; } # KEY ARGUMENT...

status_with() { # KEY
  with_key "$1" -m 10 -o /dev/null -w '%{http_code}' "$(applications_url)/applications?limit=1" 2>/dev/null || true
}

logged_key() { sed -n 's/.*First key of team "default"[^:]*: \(fu_[A-Za-z0-9_-]*\).*/\1/p' | tail -n 1; } # a log on standard input

announce() { # MODE AMQP MANAGEMENT
  local quoted=null
  [ -z "$2" ] || quoted="\"$2\""
  private "$state/run.json" <<JSON
{
  "mode": "$1",
  "applications": "$(applications_url)",
  "scheduler": "$(scheduler_url)",
  "amqp": $quoted,
  "management": $([ -n "$3" ] && printf '"%s"' "$3" || printf null),
  "team": "default",
  "key": "$(cat "$state/secrets/key-$1")"
}
JSON
  cat <<TEXT

FollowUp is up.
  Open          $(applications_url)/
  and sign in   $(cat "$state/secrets/key-$1")   (a key of team "default", admin)
  For programs  $(applications_url)/reference and $(scheduler_url)/reference
  For scripts   .followup/run.json
  Try           ./followup demo
TEXT
}

up_native() {
  local name
  need_dotnet
  need_servers
  make_state
  only_one up ||
    fail "FollowUp already runs here$(alive "$state/run/up.pid" && printf ' (process %s)' "$pid"). './followup down' stops it."
  stop_native # a crash may have left processes
  check_ports
  identify_this_script "$state/run/up.pid"
  on_exit+=(forget_up stop_native)
  calendar_address
  publish_changed "$state/bin" Release
  say "Starting PostgreSQL and RabbitMQ ..."
  servers_start "$pair_servers"
  for name in "${services[@]}"; do prepare_database "$name"; done
  say "Starting the services ..."
  start_service applications "http://$bind:$port"
  start_service scheduler "http://$bind:$scheduler_port"
  await_service applications "$(applications_url)" "$port"
  await_service scheduler "$(scheduler_url)" "$scheduler_port"
  mode=native
  find_key "$(logged_key <"$state/log/applications.log")"
  announce native "$(amqp_uri "$pair_servers")" "$(management_url)"
  say "  Stop          Ctrl-C, or ./followup down"
  while :; do
    for name in postgres rabbitmq "${services[@]}"; do ! ended "$name" || revive "$name"; done # the servers first
    sleep 1
  done
}

declare -A failed=() # what could not be started again, which may have left no pid file
declare -A due=() tries=() since=()

pid_file() { case $1 in postgres | rabbitmq) printf '%s' "$pair_servers/$1.pid" ;; *) printf '%s' "$state/run/$1.pid" ;; esac; } # NAME
log_file() { case $1 in postgres | rabbitmq) printf '%s' "$pair_servers/$1.log" ;; *) printf '%s' "$state/log/$1.log" ;; esac; } # NAME

# A server without a pid file was stopped on purpose ('servers broker-stop'); a process that died leaves its pid file.
ended() { # NAME
  local file
  file=$(pid_file "$1")
  if alive "$file"; then return 1; fi
  [ -e "$file" ] || [ -n "${failed[$1]:-}" ]
}

# Starts what died again: at once, and if it dies again, after 2, 4, 8 ... s, at most a minute. A process that ran for five minutes is
# trusted again.
revive() { # NAME
  local name=$1 pause=0
  if [ -z "${due[$name]:-}" ]; then
    [ $((SECONDS - ${since[$name]:-0})) -lt 300 ] || tries[$name]=0
    [ "${tries[$name]:-0}" = 0 ] || pause=$((1 << (tries[$name] < 6 ? tries[$name] : 6)))
    [ "$pause" -le 60 ] || pause=60
    due[$name]=$((SECONDS + pause))
    tries[$name]=$((${tries[$name]:-0} + 1))
    last_lines "$name" "$(log_file "$name")"
    say "$(date +%T) $name has ended; starting it again$([ "$pause" = 0 ] || printf ' in %s s' "$pause")."
  fi
  [ "$SECONDS" -ge "${due[$name]}" ] || return 0
  unset "due[$name]"
  # In a subshell, because a failed start ends the script that makes it; in the background, so that a signal ends the wait.
  (start_again "$name") 9>&- &
  running=$!
  if wait "$running"; then failed[$name]=''; say "$(date +%T) $name runs again."; else failed[$name]=yes; fi
  running='' since[$name]=$SECONDS
}

start_again() { # NAME
  case $1 in
    postgres) start_on_same_ports database_start "$pair_servers" ;;
    rabbitmq) start_on_same_ports broker_start "$pair_servers" ;;
    applications) start_service applications "http://$bind:$port" ;;
    scheduler) start_service scheduler "http://$bind:$scheduler_port" ;;
  esac
}

forget_up() { rm -f "$state/run/up.pid"; say "Stopped."; }

up_detached() {
  local log=$state/log/up.log follower code
  make_state
  only_one up || fail "FollowUp already runs here. './followup down' stops it."
  exec 9>&-
  rm -f "$state/run.json"
  : | private "$log"
  FOLLOWUP_MODE=native setsid "$root/followup" up </dev/null >>"$log" 2>&1 &
  running=$!
  tail -n +1 -s .2 -f "$log" &
  follower=$!
  until [ -s "$state/run.json" ]; do
    kill -0 "$running" 2>/dev/null || { sleep .5; kill "$follower"; wait "$running" || code=$?; running=; exit "${code:-1}"; }
    sleep .2
  done
  sleep .5
  kill "$follower"
  disown "$running" 2>/dev/null || true
  running=
}
