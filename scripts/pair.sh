# shellcheck shell=bash
# Sourced by ../followup: what can be done with the pair that `up` started.

down() { # [--erase [--yes]]
  local word dir
  case ${1:-} in '' | --erase) ;; *) fail "down: there is no option '$1'." ;; esac
  if [ "${1:-}" = --erase ] && [ "${2:-}" != --yes ]; then
    printf 'This removes every application, plan and key recorded here, for good. Type "erase" to continue: '
    read -r word || true
    [ "$word" = erase ] || fail "nothing was changed."
  fi
  make_state
  if alive "$state/run/up.pid"; then
    kill -TERM "$pid"
    for _ in {1..900}; do alive "$state/run/up.pid" || break; sleep .1; done
    if alive "$state/run/up.pid"; then kill -KILL "$pid"; fi
  fi
  rm -f "$state/run/up.pid"
  stop_native
  if [ "${FOLLOWUP_MODE:-}" != native ] && engine_answers; then
    if [ "${1:-}" = --erase ]; then
      "${compose[@]}" down --volumes
    elif [ -n "$("${compose[@]}" ps --all --quiet)" ]; then
      stop_compose
    fi
  fi
  if [ "${1:-}" = --erase ]; then
    # also servers that `servers start` or `test --keep` left running
    for dir in "$state"/*/; do
      dir=${dir%/}
      if [ -e "$dir/password" ] || [ -L "$dir" ]; then servers_stop "$dir"; erase "$dir"; fi
    done
    rm -rf "$state"
    say "Stopped, and all data removed."
  else
    say "Stopped. The data stays."
  fi
}

need_running() {
  mode=$(run_value mode)
  [ -n "$mode" ] && ready "$(run_value applications)" || fail "FollowUp isn't running here. Start it with: ./followup up"
}

binary() { # SERVICE ARGUMENT...: a command of the service's binary, where the service runs
  local name=$1
  shift
  if [ "$mode" = compose ]; then
    "${compose[@]}" exec -T "$name" dotnet "$(assembly_of "$name")" "$@"
  else
    service "$name" "$@"
  fi
}

applications() { binary applications "$@"; }

new_key() { applications key --team "$1" --name "made by ./followup"; } # TEAM

key() { # [TEAM]
  need_running
  new_key "${1:-default}"
}

rebuild() {
  local name agreed=0
  need_running
  for name in scheduler applications; do binary "$name" compare || agreed=$?; done
  say "Calendars and the notes of overrides are in the Scheduler's backup alone."
  return "$agreed"
}

demo() {
  local key url code person
  need_running
  key=$(run_value key) url=$(run_value applications)
  applications sample >"$state/sample.csv" || fail "the sample sheet could not be made."
  code=$(with_key "$key" -m 600 -o "$state/report.json" -w '%{http_code}' -H 'Content-Type: text/csv' \
    --data-binary "@$state/sample.csv" "$url/imports") || fail "$url/imports can't be reached."
  [ "$code" = 200 ] || { cat "$state/report.json" >&2; fail "the import was answered with $code (above)."; }
  say "Imported .followup/sample.csv: $(reported recorded) recorded, $(reported alreadyThere) already there," \
    "$(reported refused) refused. The reason for each row is in .followup/report.json."
  for person in 'c-101 Robin Poe' 'c-102 Noor Haddad' 'c-103 Milan Kovar' 'c-104 Tess Okafor'; do # a candidate who has a name keeps it
    code=$(with_key "$key" -m 60 -o /dev/null -w '%{http_code}' "$url/candidates/${person%% *}") || code=000
    [ "$code" != 404 ] || with_key "$key" -m 60 -o /dev/null -X PUT -H 'Content-Type: application/json' \
      -d "{\"name\":\"${person#* }\"}" "$url/candidates/${person%% *}" || true
  done
  cat <<TEXT

Open $url/
What is due now, and for which candidate:
  KEY=\$(sed -n 's/^  "key": "\(.*\)".*/\1/p' .followup/run.json)
  curl -sS -H "Authorization: Bearer \$KEY" $(run_value scheduler)/follow-ups
What was recorded:
  curl -sS -H "Authorization: Bearer \$KEY" $url/applications
TEXT
}

reported() { grep -o "\"$1\": *[0-9]*" "$state/report.json" | head -n 1 | grep -o '[0-9]*$' || printf 0; } # COUNT

logs() { # [SERVICE...]
  local name file files=()
  mode=$(run_value mode)
  if [ "$mode" = compose ]; then exec "${compose[@]}" logs --follow --tail 50 "$@"; fi
  [ $# -gt 0 ] || set -- applications scheduler postgres rabbitmq
  for name in "$@"; do
    case $name in
      applications | scheduler) file=$state/log/$name.log ;;
      postgres | rabbitmq) file=$pair_servers/$name.log ;;
      *) fail "logs: applications, scheduler, postgres or rabbitmq, not '$name'." ;;
    esac
    [ ! -e "$file" ] || files+=("$file")
  done
  [ ${#files[@]} -gt 0 ] || fail "there are no logs yet."
  exec tail -n 50 -F "${files[@]}"
}
