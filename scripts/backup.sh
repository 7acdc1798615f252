# shellcheck shell=bash
# Sourced by ../followup: `backup` and `restore`, natively and with Docker Compose.
#
# A backup is a tar archive: manifest, a dump of each database, their checksums, and settings if they were asked for. The Scheduler is dumped
# first: what it had heard and decided by then, Applications can send it again.

work=''        # the directory with the unpacked archive
restoring=()   # databases that are being made
key_options=() # for openssl

remove_work() { [ -z "$work" ] || rm -rf "$work"; }
make_work() { work=$(mktemp -d "$state/backup.XXXXXX"); on_exit+=(remove_work); }

# Sets $file, $key_options, $with_settings, $only and $yes.
backup_arguments() { # COMMAND ARGUMENT...
  local command=$1 key=''
  shift
  file='' with_settings='' only='' yes='' key_options=()
  while [ $# -gt 0 ]; do
    case $1 in
      --key) key=${2:-}; shift ;;
      --settings) with_settings=yes ;;
      --only)
        only=${2:-}
        case $command-$only in restore-applications | restore-scheduler) ;; *) fail "$command: --only which?" ;; esac
        shift
        ;;
      --yes) yes=yes ;;
      -*) fail "$command: there is no option '$1'." ;;
      *) [ -z "$file" ] || fail "$command: one file, not '$file' and '$1'."; file=$1 ;;
    esac
    shift || break
  done
  [ -n "$file" ] || fail "$command: which file?"
  case $file in /*) ;; *) file=$here/$file ;; esac
  [ -n "$key" ] || return 0
  case $key in /*) ;; *) key=$here/$key ;; esac
  [ -s "$key" ] || fail "$command: the key file '$key' doesn't exist or is empty. Make one: (umask 077; openssl rand -hex 32 >KEY)"
  has openssl || fail "openssl is missing."
  key_options=(-aes-256-cbc -pbkdf2 -iter 600000 -salt -pass "file:$key")
}

pg() { # PROGRAM ARGUMENT...: a program of PostgreSQL, as the administrator
  local program=$1
  shift
  if [ "$mode" = compose ]; then
    "${compose[@]}" exec -T postgres "$program" -U postgres "$@"
  else
    env -i PATH="$path" PGPASSFILE="$servers_dir/pgpass" PGCONNECT_TIMEOUT=5 "$(postgres_bin "$servers_dir/postgres/data")/$program" \
      -h 127.0.0.1 -p "$postgres_port" -U followup "$@"
  fi
}

query() { pg psql -X -q -A -t -v ON_ERROR_STOP=1 -d postgres "$@"; } # ARGUMENT..., or statements on standard input
drop_database() { query <<<"set client_min_messages = warning; drop database if exists \"$1\" with (force);"; } # NAME

dump() { # SCHEDULER_DATABASE APPLICATIONS_DATABASE: into $work
  printf 'format=1\nmade=%s\nscheduler=%s\napplications=%s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" "$2" >"$work/manifest"
  pg pg_dump -Fc -d "$1" >"$work/scheduler.dump" && pg pg_dump -Fc -d "$2" >"$work/applications.dump" ||
    fail "the databases could not be dumped (above); there is no backup."
  (cd "$work" && sha256sum manifest scheduler.dump applications.dump >sums)
}

pack() { # $work into $file, which is replaced only when all is written
  (
    umask 077
    set -o pipefail
    if [ ${#key_options[@]} -gt 0 ]; then tar -C "$work" -cf - . | openssl enc "${key_options[@]}" -out "$file.new"
    else tar -C "$work" -cf "$file.new" .; fi
  ) && sync "$file.new" && mv -f "$file.new" "$file" || { rm -f "$file.new"; fail "$file could not be written (above)."; }
}

unpack() { # $file into $work
  [ -f "$file" ] && [ -r "$file" ] || fail "there is no file '$file'."
  if [ "$(head -c 8 "$file" | tr -d '\0')" = Salted__ ]; then
    [ ${#key_options[@]} -gt 0 ] || fail "$file is encrypted. Name the key file: --key KEY"
    (set -o pipefail; openssl enc -d "${key_options[@]}" -in "$file" 2>/dev/null | tar -C "$work" -xf - --no-same-owner 2>/dev/null) ||
      fail "$file can't be decrypted: it was encrypted with another key, or is damaged. Nothing was changed."
  else
    tar -C "$work" -xf "$file" --no-same-owner 2>/dev/null || fail "$file is no backup of FollowUp, or is damaged. Nothing was changed."
  fi
  grep -qx format=1 "$work/manifest" 2>/dev/null && (cd "$work" && sha256sum --status --strict -c sums) ||
    fail "$file is damaged, or was made by another version. Nothing was changed."
}

drop_restoring() { local name; for name in "${restoring[@]}"; do drop_database "$name" || true; done; }

# Loads the dumps beside the present databases, and replaces these only when all are loaded: in one transaction.
load() { # NAME DATABASE ...: NAME is scheduler or applications
  local name database owner stamp swaps=''
  stamp=$(date -u +%Y%m%d%H%M%S)
  on_exit+=(drop_restoring)
  while [ $# -gt 0 ]; do
    name=$1 database=$2
    shift 2
    owner=$(query -c "select pg_get_userbyid(datdba) from pg_database where datname = '$database'") || fail "PostgreSQL does not answer."
    [ -n "$owner" ] || owner=followup_$name
    drop_database "${database}_restoring" || fail "$name could not be restored (above). Nothing was changed."
    restoring+=("${database}_restoring")
    query -c "create database \"${database}_restoring\" owner \"$owner\"" &&
      query -c "revoke all on database \"${database}_restoring\" from public" &&
      pg pg_restore --no-owner --role="$owner" --exit-on-error -d "${database}_restoring" <"$work/$name.dump" ||
      fail "$name could not be restored (above). Nothing was changed."
    # the store begins another life, wherever it is
    pg psql -X -q -v ON_ERROR_STOP=1 -d "${database}_restoring" <<'SQL' || fail "$name could not be restored (above). Nothing was changed."
do $$ begin
  if to_regclass('followup.mt_doc_storeid') is not null then
    update followup.mt_doc_storeid set data = data || '{"place":"restored"}';
  end if;
end $$;
SQL
    swaps+="select pg_terminate_backend(pid) from pg_stat_activity where datname = '$database' \\g /dev/null
select 'alter database \"$database\" rename to \"${database}_before_$stamp\"' from pg_database where datname = '$database' \\gexec
alter database \"${database}_restoring\" rename to \"$database\";
"
  done
  query <<<"begin;
$swaps
commit;" || fail "the databases could not be replaced (above). Nothing was changed."
  restoring=()
  replaced=_before_$stamp
}

# Finds or starts the server with the databases of `up`.
reach_database() {
  find_mode
  make_state
  if [ "$mode" = compose ]; then
    [ -n "$("${compose[@]}" ps --quiet postgres)" ] || on_exit+=(stop_compose)
    run "${compose[@]}" up --detach --wait postgres || fail "PostgreSQL could not be started (above)."
    return
  fi
  need_servers
  servers_dir=$pair_servers
  if alive "$pair_servers/postgres.pid"; then know_ports "$pair_servers"; return; fi
  on_exit+=(stop_native)
  servers_start "$pair_servers"
}

backup() { # FILE [--settings] [--key KEY]
  backup_arguments backup "$@"
  reach_database
  [ "$(query -c "select count(*) from pg_database where datname in ('followup_scheduler', 'followup_applications')")" = 2 ] ||
    fail "there is nothing to back up: FollowUp has not run here."
  make_work
  if [ -n "$with_settings" ]; then cp -R "${FOLLOWUP_SETTINGS:-$state/settings}" "$work/settings"; fi
  dump followup_scheduler followup_applications
  pack
  say "Both databases${with_settings:+ and the settings} are in $file ($(du -h "$file" | cut -f1))."
  [ ${#key_options[@]} -gt 0 ] || say "It isn't encrypted, and has personal data. With --key KEY it is."
}

restore() { # FILE [--key KEY] [--settings] [--only SERVICE] [--yes]
  local word name databases=() settings=${FOLLOWUP_SETTINGS:-$state/settings}
  backup_arguments restore "$@"
  find_mode
  make_state
  make_work
  unpack
  [ -z "$with_settings" ] || [ -d "$work/settings" ] || fail "$file has no settings: it was made without --settings. Nothing was changed."
  if [ -n "$(run_value mode)" ] && [ -z "$yes" ]; then
    printf 'FollowUp runs here. This stops it, and replaces its data by that of %s. Type "restore" to continue: ' \
      "$(sed -n 's/^made=//p' "$work/manifest")"
    read -r word || true
    [ "$word" = restore ] || fail "nothing was changed. (--yes continues without asking.)"
  fi
  down
  make_state
  only_one up || fail "another './followup up' is starting."
  reach_database
  [ "$mode" = compose ] || for name in "${services[@]}"; do prepare_database "$name"; done
  for name in scheduler applications; do
    [ -n "$only" ] && [ "$only" != "$name" ] || databases+=("$name" "followup_$name")
  done
  load "${databases[@]}"
  if [ -n "$with_settings" ]; then
    rm -rf "$settings.before"
    cp -R "$settings" "$settings.before"
    cp -R "$work/settings/." "$settings/"
  fi
  say "Restored${only:+ $only} to $(sed -n 's/^made=//p' "$work/manifest"). What it replaced is kept as ${databases[1]}$replaced" \
    "${databases[3]:+and ${databases[3]}$replaced }until you drop it." "Start FollowUp with: ./followup up"
  say "Both services then compare what they have, and repair it. What was recorded after the backup is lost;" \
    "the Scheduler's log names what is known of it."
}

# For the tests, whose pairs have databases of their own: FILE is made or read, the services are the caller's to stop.
servers_backup() { # DIR FILE SCHEDULER_DATABASE APPLICATIONS_DATABASE
  mode=native servers_dir=$1
  know_ports "$1"
  backup_arguments backup "$2"
  make_state
  make_work
  dump "$3" "$4"
  pack
}

servers_restore() { # DIR FILE NAME DATABASE ...
  mode=native servers_dir=$1
  know_ports "$1"
  backup_arguments restore "$2"
  shift 2
  make_state
  make_work
  unpack
  load "$@"
}
