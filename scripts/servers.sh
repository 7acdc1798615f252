# shellcheck shell=bash
# Sourced by ../followup: a private PostgreSQL and RabbitMQ, all in one directory DIR.
#
# DIR/postgres and DIR/rabbitmq belong to the servers' users; the rest belongs to the caller: password, ports, pgpass, *.pid, *.log, and
# env, which exports what the tests need to know. DIR/members has, in directories like DIR, further servers: of a replicated PostgreSQL or a
# cluster of RabbitMQ.

servers_bin=''  # the services for the tests; DIR/bin where this is empty
servers_logs='' # where the tests put the services' logs; DIR/logs where this is empty

# Sets $as, a prefix for commands: PostgreSQL refuses to run as root, and RabbitMQ shouldn't.
as_user() { am_root && as=(setpriv --reuid="$1" --regid="$1" --init-groups) || as=(); } # USER

# When this script runs as root, PostgreSQL and RabbitMQ run as users of their own, which may not be able to reach a clone below, say,
# /root. DIR then becomes a link to a directory that they can reach.
place() { # DIR
  local dir=$1 home user reachable=yes
  mkdir -p "$(dirname "$dir")"
  [ ! -L "$dir" ] || mkdir -p "$(readlink "$dir")"
  mkdir -p "$dir"
  am_root || { chmod 700 "$dir"; return; }
  chmod 711 "$dir/"
  for user in postgres rabbitmq; do as_user "$user"; "${as[@]}" test -x "$dir/" || reachable=no; done
  [ "$reachable" = no ] || return 0
  home=/var/lib/followup-$(printf '%s' "$dir" | sha256sum | cut -c1-12)
  if [ ! -e "$home" ]; then
    mv "$dir" "$home"
  else
    rmdir "$dir" 2>/dev/null || fail "both $dir and $home hold data: remove one."
  fi
  ln -s "$home" "$dir"
  say "The users postgres and rabbitmq can't reach $root: their data is in $home."
}

erase() { # DIR
  case $(readlink "$1" || true) in /var/lib/followup-*) rm -rf "$(readlink "$1")" ;; esac
  rm -rf "$1"
}

owned() { mkdir -p "$1"; chmod 700 "$1"; ! am_root || chown "$2" "$1"; } # DIR USER

# Keeps the ports of the last time where they are free. They are below the range from which the system takes ports for outgoing connections,
# so that a server finds its port free when it starts again.
choose_ports() { # DIR
  local name number chosen=' '
  postgres_port=0 amqp_port=0 management_port=0 epmd_port=0 distribution_port=0
  know_ports "$1"
  for name in postgres_port amqp_port management_port epmd_port distribution_port; do
    number=${!name}
    while [ "$number" = 0 ] || [[ $chosen == *" $number "* ]] || listening "$number"; do
      number=$((20000 + RANDOM % 12000))
      ! grep -qs "=$number\$" "$1"/../*/ports || number=0 # of servers that are started at the same time
    done
    chosen+="$number "
    printf '%s=%s\n' "$name" "$number"
  done | private "$1/ports"
  know_ports "$1"
}

# shellcheck disable=SC1091 # written by choose_ports
know_ports() { [ ! -s "$1/ports" ] || . "$1/ports"; } # DIR

sql() { # DIR [OPTION...]: as the administrator
  local dir=$1
  shift
  env -i PATH="$path" PGPASSFILE="$dir/pgpass" PGCONNECT_TIMEOUT=5 "$(postgres_bin)/psql" -X -q -v ON_ERROR_STOP=1 \
    -h 127.0.0.1 -p "$postgres_port" -U followup -d postgres "$@"
}

has_management() { compgen -G "$(rabbitmq_sbin)/../plugins/rabbitmq_management-*" >/dev/null; }
management_url() { ! has_management || printf 'http://127.0.0.1:%s' "$management_port"; }
amqp_uri() { printf 'amqp://followup:%s@127.0.0.1:%s/%%2F' "$(cat "$1/password")" "$amqp_port"; } # DIR

database_start() { # DIR
  local dir bin data
  dir=$(readlink -f "$1") # the server's user may not be able to follow the link
  data=$dir/postgres/data
  know_ports "$dir"
  bin=$(postgres_bin "$data") ||
    fail "the data in ${data#"$root/"} was made by PostgreSQL $(cat "$data/PG_VERSION"), which is not installed."
  as_user postgres
  if [ ! -s "$data/PG_VERSION" ]; then
    owned "$dir/postgres" postgres
    rm -rf "$data.new"
    # shellcheck disable=SC2016 # the inner shell expands it; the password never is an argument
    (cd / && "${as[@]}" env -i PATH="$path" LC_ALL=C.UTF-8 bash -c 'exec "$0" -D "$1" -U followup -E UTF8 --locale=C.UTF-8 \
      -A scram-sha-256 --pwfile=<(cat)' "$bin/initdb" "$data.new") <"$dir/password" >"$dir/initdb.log" 2>&1 ||
      { last_lines initdb "$dir/initdb.log"; fail "PostgreSQL could not be set up."; }
    # The tests have machines of their own: network namespaces, which a firewall rule leads to 127.0.0.1, where alone the server listens.
    if [ "$dir" != "$(readlink -f "$pair_servers")" ]; then
      (cd / && "${as[@]}" tee -a "$data.new/pg_hba.conf") <<<'host all all 10.0.0.0/8 scram-sha-256' >/dev/null
    fi
    mv -T "$data.new" "$data" || fail "$data exists, but is no data directory of PostgreSQL."
  fi
  forget_dead_postmaster "$data"
  [ ! -e "$dir/postgres.log" ] || mv -f "$dir/postgres.log" "$dir/postgres.log.1"
  # max_connections: the tests run several pairs on one server.
  # client_connection_check_interval: a service that was killed loses its locks within a second or two.
  launch "$dir/postgres.pid" "$dir/postgres.log" "${as[@]}" env -i PATH="$path" LC_ALL=C.UTF-8 TZ=UTC "$bin/postgres" -D "$data" \
    -c port="$postgres_port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=400 \
    -c shared_buffers=256MB -c max_wal_size=2GB -c random_page_cost=1.1 -c jit=off -c client_connection_check_interval=1s \
    -c timezone=UTC -c log_timezone=UTC -c log_line_prefix='%m [%p] %q%u@%d '
  wait_until PostgreSQL "$dir/postgres.pid" "$dir/postgres.log" 300 database_answers "$dir" "$bin"
}

database_answers() { listens "$1/postgres.pid" "$postgres_port" && "$2/pg_isready" -q -h 127.0.0.1 -p "$postgres_port"; } # DIR BIN

# A PostgreSQL that was killed leaves its postmaster.pid behind, and takes a zombie with that process id, as happens in containers, for a
# running server. The file is removed only when no process works in the data directory any more.
forget_dead_postmaster() { # DATA
  local process stat
  [ -e "$1/postmaster.pid" ] || return 0
  read -r process <"$1/postmaster.pid"
  # gone, or running: PostgreSQL's own check is right
  { read -r stat <"/proc/$process/stat"; } 2>/dev/null && [[ ${stat##*) } == Z* ]] || return 0
  for _ in {1..50}; do
    for process in /proc/[0-9]*/cwd; do [ ! "$process" -ef "$1" ] || { sleep .1; continue 2; }; done
    rm -f "$1/postmaster.pid"
    return
  done
}

broker_name() { if [ -e "$1/cluster" ]; then basename "$1"; else say followup; fi; } # DIR

broker_start() { # DIR
  local dir home sbin environment
  dir=$(readlink -f "$1")
  home=$dir/rabbitmq
  know_ports "$dir"
  sbin=$(rabbitmq_sbin) || fail "RabbitMQ is not installed."
  as_user rabbitmq
  owned "$home" rabbitmq
  # With this default user RabbitMQ never makes its user "guest".
  private "$home/rabbitmq.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:$amqp_port
management.tcp.ip = 127.0.0.1
management.tcp.port = $management_port
default_user = followup
default_pass = $(cat "$dir/password")
CONF
  [ ! -e "$dir/cluster" ] || cat "$dir/cluster" >>"$home/rabbitmq.conf"
  if has_management; then say '[rabbitmq_management].'; else say '[].'; fi | private "$home/enabled_plugins"
  : | private "$home/env.conf"
  [ -s "$home/.erlang.cookie" ] || { random | private "$home/.erlang.cookie"; chmod 400 "$home/.erlang.cookie"; }
  mkdir -p "$home/conf.d"
  ! am_root || chown -R rabbitmq:rabbitmq "$home"
  environment=(env -i PATH="$path" HOME="$home" LANG=C.UTF-8
    ERL_EPMD_PORT="$epmd_port" ERL_EPMD_ADDRESS=127.0.0.1 ERL_CRASH_DUMP_SECONDS=0
    RABBITMQ_NODENAME="$(broker_name "$dir")@localhost" RABBITMQ_DIST_PORT="$distribution_port"
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
    RABBITMQ_CONF_ENV_FILE="$home/env.conf" RABBITMQ_CONFIG_FILE="$home/rabbitmq.conf" RABBITMQ_CONFIG_FILES="$home/conf.d"
    RABBITMQ_ADVANCED_CONFIG_FILE="$home/advanced.config" RABBITMQ_ENABLED_PLUGINS_FILE="$home/enabled_plugins"
    RABBITMQ_GENERATED_CONFIG_DIR="$home/generated" RABBITMQ_SCHEMA_DIR="$home/schema"
    RABBITMQ_MNESIA_BASE="$home/mnesia" RABBITMQ_LOG_BASE="$home/log" RABBITMQ_LOGS=- RABBITMQ_PID_FILE="$home/pid"
    RUNNING_UNDER_SYSTEMD=true) # so that the start script becomes the Erlang VM instead of waiting beside it
  # A port mapper (epmd) of its own, as a process like any other: RabbitMQ would leave one behind.
  if ! alive "$dir/epmd.pid"; then
    [ ! -e "$dir/epmd.log" ] || mv -f "$dir/epmd.log" "$dir/epmd.log.1"
    launch "$dir/epmd.pid" "$dir/epmd.log" "${as[@]}" "${environment[@]}" epmd -port "$epmd_port" -address 127.0.0.1
  fi
  wait_until epmd "$dir/epmd.pid" "$dir/epmd.log" 120 listens "$dir/epmd.pid" "$epmd_port"
  [ -z "$port_taken" ] || return 0
  [ ! -e "$dir/rabbitmq.log" ] || mv -f "$dir/rabbitmq.log" "$dir/rabbitmq.log.1"
  launch "$dir/rabbitmq.pid" "$dir/rabbitmq.log" "${as[@]}" "${environment[@]}" "$sbin/rabbitmq-server"
  # it listens for AMQP when everything else is up
  wait_until RabbitMQ "$dir/rabbitmq.pid" "$dir/rabbitmq.log" 600 listens "$dir/rabbitmq.pid" "$amqp_port"
}

# A primary and a standby, without which the primary confirms nothing: what it confirmed, the standby has.
database_replicate() { # DIR
  local dir=$1 primary=$1/members/primary standby=$1/members/standby
  member "$dir" primary
  member "$dir" standby
  start_on_same_ports database_start "$primary"
  owned "$standby/postgres" postgres
  # As the caller, who may read the password; the server's user gets the copy.
  env -i PATH="$path" PGPASSWORD="$(cat "$dir/password")" "$(postgres_bin)/pg_basebackup" -h 127.0.0.1 -p "$postgres_port" -U followup \
    -D "$standby/postgres/data" -X stream -R -c fast || fail "the standby could not be made (above)."
  ! am_root || chown -R postgres:postgres "$standby/postgres/data"
  # after the copy: a standby that is promoted has no standby of its own
  sql "$primary" -c "alter system set synchronous_standby_names = '*'" -c 'select pg_reload_conf()' -o /dev/null
  start_on_same_ports database_start "$standby"
  know_ports "$primary"
  for _ in {1..300}; do
    [ "$(sql "$primary" -At -c "select count(*) from pg_stat_replication where sync_state = 'sync'")" != 1 ] || return 0
    sleep .1
  done
  fail "the standby did not connect to the primary."
}

# Three brokers that share the port mapper of DIR, whose broker runs; the second and the third join the first.
broker_cluster() { # DIR
  local dir=$1 name first=$1/members/broker1 starting=()
  for name in broker1 broker2 broker3; do
    member "$dir" "$name"
    ln -sfn "$(readlink -f "$dir")/epmd.pid" "$dir/members/$name/epmd.pid"
    private "$dir/members/$name/cluster" <<<'cluster_formation.classic_config.nodes.1 = broker1@localhost'
    owned "$dir/members/$name/rabbitmq" rabbitmq
    cp -p "$dir/rabbitmq/.erlang.cookie" "$dir/members/$name/rabbitmq/"
  done
  start_on_same_ports broker_start "$first"
  for name in broker2 broker3; do
    (start_on_same_ports broker_start "$dir/members/$name") &
    starting+=("$!")
  done
  wait "${starting[0]}" && wait "${starting[1]}" || fail "a broker did not join (above)."
}

member() { # DIR NAME
  local dir=$1/members/$2
  mkdir -p "$dir"
  ! am_root || chmod 711 "$1/members" "$dir"
  cp "$1/password" "$1/pgpass" "$dir/"
  choose_ports "$dir"
  know_ports "$1"
  sed -i "s/^epmd_port=.*/epmd_port=$epmd_port/" "$dir/ports"
}

members_stop() { # DIR
  local dir
  for dir in "$1"/members/*/; do
    [ -d "$dir" ] || continue
    killed "${dir}rabbitmq.pid"
    stop "${dir}postgres.pid" QUIT 10
  done
  rm -rf "$1/members/"
}

database_stop() { stop "$1/postgres.pid" INT 60; } # SIGINT: without waiting for clients
broker_stop() { stop "$1/rabbitmq.pid" TERM 30; }

servers_start() { # DIR
  local dir=$1
  place "$dir"
  servers_stop "$dir" # a crash may have left them
  secret "$dir/password" >/dev/null
  printf '127.0.0.1:*:*:followup:%s\n' "$(cat "$dir/password")" | private "$dir/pgpass"
  for _ in {1..5}; do
    choose_ports "$dir"
    write_environment "$dir"
    database_start "$dir"
    [ -n "$port_taken" ] || broker_start "$dir"
    [ -n "$port_taken" ] || return 0
    say "Another process took a port between the choice and the start of the server: choosing other ports."
    servers_stop "$dir"
    rm -f "$dir/ports"
  done
  fail "PostgreSQL and RabbitMQ found no free ports in five attempts; their logs are in $dir."
}

write_environment() { # DIR
  private "$1/env" <<ENV
export FOLLOWUP_TEST_POSTGRES='Host=127.0.0.1;Port=$postgres_port;Username=followup;Password=$(cat "$1/password")'
export FOLLOWUP_TEST_AMQP='$(amqp_uri "$1")'
export FOLLOWUP_TEST_MANAGEMENT='$(management_url)'
export FOLLOWUP_TEST_SERVERS=$(printf %q "$1")
export FOLLOWUP_TEST_SCRIPT=$(printf %q "$root/followup")
export FOLLOWUP_TEST_LOGS=$(printf %q "${servers_logs:-$1/logs}")
export FOLLOWUP_BIN=$(printf %q "${servers_bin:-$1/bin}")
ENV
}

servers_stop() { # DIR
  members_stop "$1"
  broker_stop "$1"
  stop "$1/epmd.pid" TERM 5
  database_stop "$1"
}

# The tests stop and start a server while services know its address: it needs the same ports again.
start_on_same_ports() { # database_start|broker_start DIR
  for _ in {1..30}; do
    "$1" "$2"
    [ -n "$port_taken" ] || return 0
    sleep 1
  done
  fail "the server found its port taken thirty times; its log is in $2."
}

start_for_debugging() { # DIR
  need_dotnet
  need_servers tests
  make_state
  only_one servers || fail "another './followup servers start' is running."
  started=$1
  if ! alive "$1/postgres.pid" || ! alive "$1/rabbitmq.pid"; then
    on_exit+=(stop_started)
    say "Starting PostgreSQL and RabbitMQ ..."
    servers_start "$1"
  fi
  publish_changed "$1/bin" Debug
  on_exit=()
  say "They run until: ./followup servers stop $1"
}

stop_started() { servers_stop "$started"; }

servers() { # ACTION [DIR]
  local action=${1:-} dir=${2:-$state/debug}
  [ -n "${2:-}" ] || case $action in '' | start | stop) ;; *) fail "servers $action: which directory?" ;; esac
  case $dir in /*) ;; *) dir=$here/$dir ;; esac
  case $action in
    start) start_for_debugging "$dir" >&2; cat "$dir/env" ;; # only the exports are for the caller's eval
    stop) servers_stop "$dir"; say "Stopped. The data stays in $dir." ;;
    backup) servers_backup "$dir" "${@:3}" ;;
    restore) servers_restore "$dir" "${@:3}" ;;
    broker-stop) broker_stop "$dir" ;;
    broker-kill) killed "$dir/rabbitmq.pid" ;;
    broker-start) start_on_same_ports broker_start "$dir" ;;
    database-stop) database_stop "$dir" ;;
    database-kill) killed "$dir/postgres.pid" ;;
    database-start) start_on_same_ports database_start "$dir" ;;
    database-replicate) database_replicate "$dir" ;;
    broker-cluster) broker_cluster "$dir" ;;
    members-stop) members_stop "$dir" ;;
    *) fail "servers: start or stop, not '$action'." ;;
  esac
}
