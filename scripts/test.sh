# shellcheck shell=bash
# Sourced by ../followup: what runs against its own, empty servers, which are removed afterwards: tests, chaos, benchmarks, screenshots.

results=$state/results
with_beside=''  # whether tests run beside the others, on servers of their own
all_started=()  # directories of servers; $started is the first one
starting=''     # the process that starts them

# The tests that stop, kill or freeze the servers mostly wait: they run beside all others, on servers of their own.
breaking='Servers=broken' beside='' limited=(timeout --kill-after=10 "${FOLLOWUP_TEST_MINUTES:-40}m")

with_servers() { # NAME: of the command, its lock and the servers' directory
  local dir
  need_dotnet
  need_servers "$(case $1 in test) echo tests ;; screenshots) echo browser ;; esac)"
  make_state
  only_one "$1" || fail "another './followup $1' runs here."
  all_started=("$state/$1" "$state/$1-beside")
  started=$state/$1
  drop_started # a crash, or --keep, may have left them
  [ -n "$with_beside" ] || all_started=("$started")
  on_exit+=(drop_started)
  servers_bin=$started/bin servers_logs=$results/logs
  rm -rf "$servers_logs"
  (for dir in "${all_started[@]}"; do servers_start "$dir"; done) & # during the build: starting them is mostly waiting
  starting=$!
  build_everything
  say "Starting PostgreSQL and RabbitMQ ..."
  wait "$starting" || { starting=; exit 1; } # it has printed the reason
  starting=
  publish "$servers_bin" Release --no-build
  # shellcheck disable=SC1091 # written by servers_start
  . "$started/env"
}

drop_started() { # data that will be removed needs no orderly end
  local dir
  [ -z "$starting" ] || { kill "$starting" && wait "$starting"; } 2>/dev/null || true
  starting=
  for dir in "${all_started[@]}"; do
    killed "$dir/rabbitmq.pid"
    servers_stop "$dir"
    erase "$dir"
  done
}

run_tests() { # [--keep] [PROJECT] [ARGUMENT...]
  local only='' keep='' project name code passed=0 failed=0 skipped=0 colour=() rest=()
  [ -t 1 ] || colour=(-noColor)
  while [ $# -gt 0 ]; do
    case $1 in
      --keep) keep=yes ;;
      -*) break ;;
      *) [ -z "$only" ] || break; only=$1 ;;
    esac
    shift
  done
  if [ -z "$only" ] && [ $# = 0 ]; then rest=(-trait- "$breaking") with_beside=yes; fi
  [ -z "$keep" ] || export FOLLOWUP_TEST_KEEP=yes # the harness then keeps the databases of failed tests
  with_servers test
  rm -rf "$results"
  mkdir -p "$results"
  # The tests run dozens of short-lived services. Optimizing them while they run costs a third of their time and pays only later.
  # Idle workers that spin take the processors from the others.
  export DOTNET_TieredPGO=0 DOTNET_TC_CallCountThreshold=200 DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0
  [ -z "$with_beside" ] || tests_beside
  for project in tests/*/*.csproj; do
    name=$(basename "$project" .csproj) code=0
    grep -q '"xunit\.v3' "$project" && [[ $name == *"$only"* ]] || continue
    printf '\n== %s\n' "$name"
    run "${limited[@]}" dotnet "$(target "$project")" -xml "$results/$name.xml" "${colour[@]}" "${rest[@]}" "$@" || code=$?
    add_up "$name" "$code"
  done
  if [ -n "$beside" ]; then
    code=0
    wait "$beside" || code=$?
    beside=
    printf '\n== FollowUp.EndToEnd, %s\n' "$breaking"
    cat "$results/beside.log"
    add_up beside "$code"
  fi
  on_exit=()
  if [ -n "$keep" ] && [ "$failed" -gt 0 ]; then print_kept; else drop_started; fi
  [ "$failed" = 0 ] || print_failed
  [ $((passed + failed)) -gt 0 ] || say "No test ran."
  if [ "$skipped" -gt 0 ]; then say "$passed passed, $failed failed, $skipped skipped"; else say "$passed passed, $failed failed"; fi
  [ "$passed" -gt 0 ] && [ "$failed" = 0 ]
}

print_failed() { # once more at the end, where they are looked for: name, message and the first places of each
  printf '\n== Failed\n'
  cat "$results"/*.xml | awk '
    function of(name) { return match($0, " " name "=\"[^\"]*") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) : "" }
    BEGIN { RS = "<test " }
    / result="Fail"/ {
      printf "\n%s.%s\n", of("type"), of("method")
      n = split(substr($0, index($0, "<failure")), line, "\n|<!\\[CDATA\\[|\\]\\]>")
      for (i = 1; i++ < n && shown < 16;) if (line[i] ~ /[^ \t\r]/ && line[i] !~ /^<\//) { print "  " substr(line[i], 1, 500); shown++ }
      shown = 0
    }'
  printf '\n'
}

tests_beside() {
  local dll
  dll=$(target "$end_to_end_project")
  on_exit+=(end_beside)
  # shellcheck disable=SC1090,SC1091 # written by servers_start
  (
    . "$started-beside/env"
    exec setsid "${limited[@]}" dotnet "$dll" -xml "$results/beside.xml" -noColor -trait "$breaking"
  ) >"$results/beside.log" 2>&1 </dev/null 9>&- &
  beside=$!
}

end_beside() { [ -z "$beside" ] || end_group "$beside"; }

print_kept() {
  local dir
  say "
Tests failed and --keep was given, so the servers keep running with the databases of the failed tests. The output of a failed test
names its databases and logs."
  for dir in "${all_started[@]}"; do
    know_ports "$dir"
    say "
  PostgreSQL    PGPASSFILE=$dir/pgpass psql -h 127.0.0.1 -p $postgres_port -U followup -l
  RabbitMQ      $(amqp_uri "$dir")   management: $(management_url)
  Their logs    $dir/*.log
  Exports       eval \"\$(cat $dir/env)\"   for another run of a test on these servers, as from an IDE
  Stop          ./followup servers stop $dir   (the next './followup test' stops and removes them too)"
  done
  say "
  Services' logs  $servers_logs
"
}

add_up() { # NAME CODE: adds a report to $passed, $failed and $skipped
  local report=$results/$1.xml sum
  sum=$(($(count failed "$report") + $(count errors "$report")))
  if [ "$2" != 0 ] && [ "$sum" = 0 ]; then
    [ "$2" != 124 ] || say "$1 took longer than ${FOLLOWUP_TEST_MINUTES:-40} minutes."
    say "$1 ended with code $2 and reported no failure: this counts as one failure."
    sum=1
  fi
  failed=$((failed + sum)) passed=$((passed + $(count passed "$report"))) skipped=$((skipped + $(count skipped "$report")))
}

count() { # ATTRIBUTE REPORT: the attribute's total
  { grep -o '<assembly [^>]*' "$2" 2>/dev/null || true; } | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" | awk '{ n += $1 } END { print n + 0 }'
}

bench() { # NAME [ARGUMENT...]
  case ${1:-} in pair | peer | bus | clock | pages | import) ;; *) fail "bench: which benchmark? pair, peer, bus, clock, pages or import" ;; esac
  with_servers bench
  if [ "$1" = peer ]; then
    run "${build[@]}" build "$peer_project" --configuration Release "${quiet[@]}" -clp:NoSummary ||
      fail "$peer_project doesn't build (above)."
    FOLLOWUP_PEER=$(target "$peer_project")
    export FOLLOWUP_PEER
  fi
  run dotnet "$(target "$benchmarks_project")" "$@"
}

chaos() { # [--minutes N] [--seed S] [--without FAULT,...]
  local i
  for ((i = 1; i <= $#; i += 2)); do
    case ${!i} in --minutes | --seed | --without) ;; *) fail "chaos: there is no option '${!i}'; see './followup --help'." ;; esac
  done
  with_servers chaos
  FOLLOWUP_COMMIT=$(git rev-parse --short HEAD 2>/dev/null || true)
  export FOLLOWUP_COMMIT # the report names it
  run dotnet "$(target "$chaos_project")" "$@"
}

screenshots() {
  with_servers screenshots
  run dotnet "$(target "$browser_project")" -explicit only -class FollowUp.Browser.Screenshots ||
    fail "not every picture could be made (above)."
}
