# shellcheck shell=bash
# Sourced by ../followup: building and publishing, and what the sources generate.

# The services: their projects and assemblies. The scripts name them here and nowhere else.
services=(applications scheduler)
applications_project=services/applications.host
applications_assembly=FollowUp.Applications.Host.dll
scheduler_project=services/scheduler
scheduler_assembly=FollowUp.Scheduler.dll

# The other projects that the scripts run.
end_to_end_project=tests/FollowUp.EndToEnd/FollowUp.EndToEnd.csproj
browser_project=tests/FollowUp.Browser/FollowUp.Browser.csproj
benchmarks_project=tests/FollowUp.Benchmarks/FollowUp.Benchmarks.csproj
peer_project=tests/FollowUp.Benchmarks.Peer/FollowUp.Benchmarks.Peer.csproj # outside the solution
chaos_project=tests/FollowUp.Chaos/FollowUp.Chaos.csproj
contracts_project=contracts/FollowUp.Contracts.Tool/FollowUp.Contracts.Tool.csproj

project_of() { local name=$1_project; printf '%s' "${!name}"; }   # SERVICE
assembly_of() { local name=$1_assembly; printf '%s' "${!name}"; } # SERVICE

# No build server and no idle worker stays behind: that costs a second or two a build, and Ctrl-C ends everything.
build=(env MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false DOTNET_NOLOGO=1
  DOTNET_CLI_TELEMETRY_OPTOUT=1 dotnet)
quiet=(--nologo --verbosity quiet -tl:off)

# A digest of names, sizes and times of the files that the services are built from.
sources() {
  {
    dotnet --version
    find contracts services ./*.props global.json \( -name bin -o -name obj \) -prune -o -type f -printf '%p %s %T@\n' | sort
  } | sha256sum
}

publish() { # BIN CONFIGURATION [OPTION...]: into BIN/applications and BIN/scheduler
  local bin=$1 configuration=$2 name project
  shift 2
  for name in "${services[@]}"; do
    project=$(project_of "$name")
    run "${build[@]}" publish "$project" --output "$bin/$name" --configuration "$configuration" "${quiet[@]}" "$@" ||
      fail "$project doesn't build (above)."
  done
}

publish_changed() { # BIN CONFIGURATION: only when a source file changed
  local digest
  digest=$(sources)
  [ "$digest" != "$(cat "$1/digest" 2>/dev/null)" ] || return 0
  rm -f "$1/digest"
  say "Building the services (the first time takes a minute or two) ..."
  publish "$1" "$2"
  printf '%s\n' "$digest" >"$1/digest"
}

build_everything() {
  local code=0
  say "Building ..."
  # One compiler server for all projects: the compiler is compiled just in time, which takes longer than most projects take to build.
  # The server belongs to this build's group and ends with it.
  run "${build[@]}" build FollowUp.sln --configuration Release "${quiet[@]}" -clp:NoSummary \
    -p:UseSharedCompilation=true -p:SharedCompilationId="followup-$$" || code=$?
  end_group "$ran"
  [ "$code" = 0 ] || fail "the solution doesn't build (above)."
}

target() { # PROJECT: the path of its newest Release assembly
  local file newest=
  for file in "$(dirname "$1")"/bin/Release/*/"$(basename "$1" .csproj).dll"; do [ ! "$file" -nt "$newest" ] || newest=$file; done
  [ -n "$newest" ] || fail "$1 has not been built."
  printf '%s' "$root/$newest"
}

contracts() { # [--release]
  need_dotnet
  run "${build[@]}" build "$contracts_project" --configuration Release "${quiet[@]}" -clp:NoSummary ||
    fail "$contracts_project doesn't build (above)."
  run dotnet "$(target "$contracts_project")" "$@"
}

format() {
  need_dotnet
  run dotnet tool restore || fail "CSharpier could not be restored (above)."
  run dotnet csharpier format . || fail "not every file could be formatted (above)."
}
