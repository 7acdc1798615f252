# shellcheck shell=bash
# Sourced by ../followup: what has to be installed, and installing it from the distribution's packages.

need_dotnet() {
  local version
  has dotnet || fail "the .NET 10 SDK is missing (no 'dotnet' on the PATH). See https://dotnet.microsoft.com/download/dotnet/10.0"
  version=$(dotnet --version 2>/dev/null) || version=
  case $version in
    1[0-9].*) ;;
    *)
      version=$(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | tr '\n' ' ')
      fail "the .NET 10 SDK is missing; this machine has: ${version}See https://dotnet.microsoft.com/download/dotnet/10.0"
      ;;
  esac
}

rabbitmq_sbin() {
  local directory
  for directory in /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin; do
    [ -x "$directory/rabbitmq-server" ] && printf '%s' "$directory" && return
  done
  return 1
}

postgres_bin() { # [DATA]: of the newest PostgreSQL, or of the version that made the data
  local directory found='' version='*'
  [ ! -s "${1:-}/PG_VERSION" ] || version=$(cat "$1/PG_VERSION")
  # shellcheck disable=SC2086 # the version may be a pattern
  for directory in $(printf '%s\n' /usr/lib/postgresql/$version/bin | sort -V); do [ ! -x "$directory/initdb" ] || found=$directory; done
  [ -n "$found" ] && printf '%s' "$found"
}

has_module() { python3 -c "import $1" 2>/dev/null || /usr/bin/python3 -c "import $1" 2>/dev/null; }

has_chromium() {
  if [ -n "${CHROMIUM:-}" ]; then has "$CHROMIUM"; else has chromium-headless-shell || has chromium || has chromium-browser; fi
}

need_servers() { # [tests|browser]: PostgreSQL and RabbitMQ, and what tests or a browser need besides
  local missing=() sudo=()
  postgres_bin >/dev/null || missing+=(postgresql)
  rabbitmq_sbin >/dev/null || missing+=(rabbitmq-server)
  has curl || missing+=(curl)
  if [ "${1:-}" = tests ]; then
    has_module pika || missing+=(python3-pika)           # runs the Python examples of the documents
    has_module icalendar || missing+=(python3-icalendar) # reads the calendars that the Scheduler writes
    has spin || missing+=(spin)                          # checks the models of the protocol, which it compiles
    has gcc && [ -e /usr/include/stdio.h ] || missing+=(gcc libc6-dev)
    has_module aiosmtpd || missing+=(python3-aiosmtpd)   # the mail server that receives the digests
    [ -x /usr/sbin/pgbouncer ] || missing+=(pgbouncer)   # the pooler that the services refuse
    # The machines that are lost are network namespaces, which only root can make; other users skip these tests.
    ! am_root || { has ip && has iptables; } || missing+=(iproute2 iptables)
  fi
  [ -z "${1:-}" ] || has_chromium || missing+=(chromium-headless-shell)
  [ ${#missing[@]} -gt 0 ] || return 0
  [ -d /proc/self ] && has apt-get ||
    fail "missing: ${missing[*]}. Running without Docker needs Debian or Ubuntu; elsewhere start Docker and try again."
  if ! am_root; then
    has sudo && sudo -n true 2>/dev/null || fail "missing: ${missing[*]}, and this user may not install packages. Please run

  sudo apt-get update && sudo apt-get install --no-install-recommends ${missing[*]}

and try again. (Debian starts the servers that it installs. FollowUp doesn't use those instances:
'sudo systemctl disable --now postgresql rabbitmq-server' stops them.)"
    sudo=(sudo -n)
  fi
  say "Installing ${missing[*]} from the distribution's packages, without starting or enabling services."
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive bash -s -- "${missing[@]}" <<'ROOT' || fail "the installation failed (above)."
set -euo pipefail
policy=/usr/sbin/policy-rc.d saved=/usr/sbin/policy-rc.d.before-followup
installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q ' installed$'; }
restore() { if [ -e "$saved" ]; then mv -f "$saved" "$policy"; elif grep -qs 'temporary: followup' "$policy"; then rm -f "$policy"; fi; }
trap restore EXIT
restore # a killed run may have left them
[ ! -e "$policy" ] || mv "$policy" "$saved"
printf '#!/bin/sh\n# temporary: followup installs without starting\nexit 101\n' >"$policy"
chmod 755 "$policy"
fresh=()
for package in postgresql rabbitmq-server erlang-base pgbouncer; do installed "$package" || fresh+=("$package"); done
apt-get update -qq </dev/null || echo "followup: apt-get update failed; continuing with the present package lists" >&2
packages=()
for package; do
  # not every release has the browser without windows
  [ "$package" != chromium-headless-shell ] || apt-cache show "$package" >/dev/null 2>&1 || package=chromium
  packages+=("$package")
done
apt-get install -y -qq --no-install-recommends "${packages[@]}" </dev/null >/dev/null
[ -d /run/systemd/system ] || exit 0
for package in "${fresh[@]}"; do
  installed "$package" || continue
  case $package in erlang-base) units=(epmd.service epmd.socket);; *) units=("$package.service");; esac
  for unit in "${units[@]}"; do systemctl disable --quiet "$unit" 2>/dev/null || true; done
done
ROOT
  hash -r
}
