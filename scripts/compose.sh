# shellcheck shell=bash
# Sourced by ../followup: `up`, with Docker Compose.

compose=(docker compose -f docker-compose.yml)
[ -z "${FOLLOWUP_PUBLISH_AMQP:-}" ] || compose+=(-f docker-compose.bus.yml)

engine_answers() { has docker && docker info >/dev/null 2>&1 && docker compose version >/dev/null 2>&1; }

find_mode() { # sets $mode
  case ${FOLLOWUP_MODE:-} in
    native) mode=native ;;
    compose) mode=compose; engine_answers || fail "FOLLOWUP_MODE=compose, but 'docker info' or 'docker compose version' fails." ;;
    '') if engine_answers; then mode=compose; else mode=native; fi ;;
    *) fail "FOLLOWUP_MODE is native or compose, not '$FOLLOWUP_MODE'." ;;
  esac
}

up_compose() { # [--detach]
  local name url amqp='' deadline
  has curl || fail "curl is missing."
  make_state
  only_one up && [ -z "$("${compose[@]}" ps --quiet)" ] || fail "FollowUp already runs here. './followup down' stops it."
  check_ports
  identify_this_script "$state/run/up.pid"
  rm -f "$state/run.json"
  on_exit+=(forget_up stop_compose)
  calendar_address
  run "${compose[@]}" up --build --detach || {
    "${compose[@]}" logs --tail 25 || true
    fail "Docker Compose could not start the services (above). Without containers: FOLLOWUP_MODE=native ./followup up"
  }
  for name in "${services[@]}"; do
    [ "$name" = applications ] && url=$(applications_url) || url=$(scheduler_url)
    deadline=$((SECONDS + 600))
    until ready "$url"; do
      [ "$SECONDS" -lt "$deadline" ] || { "${compose[@]}" logs --tail 25 "$name"; fail "$name was not ready in time."; }
      sleep .5
    done
  done
  mode=compose
  mkdir -p "$state/secrets"
  chmod 700 "$state/secrets"
  find_key "$("${compose[@]}" logs --no-log-prefix applications 2>/dev/null | logged_key)"
  [ -z "${FOLLOWUP_PUBLISH_AMQP:-}" ] ||
    amqp="amqp://followup:$("${compose[@]}" exec -T rabbitmq cat /run/followup/password)@$(show_host):$FOLLOWUP_PUBLISH_AMQP/%2F"
  announce compose "$amqp" ''
  if [ "${1:-}" = --detach ]; then on_exit=(); rm -f "$state/run/up.pid"; say "  Stop          ./followup down"; return; fi
  say "  Stop          Ctrl-C, or ./followup down"
  while [ -n "$("${compose[@]}" ps --quiet)" ]; do sleep 5; done
  fail "the containers have ended."
}

stop_compose() {
  rm -f "$state/run.json"
  "${compose[@]}" down
}
