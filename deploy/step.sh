#!/bin/sh
# Runs one step of `make` and prints words instead of its output:
#
#     deploy/step.sh "Installing Python packages" .venv/bin/pip install -r requirements.txt
#     Installing Python packages … 14 s
#
# In a terminal the seconds count while the step runs. If it fails, all of its output follows.

words=$1
shift
began=$(date +%s)
seconds() { echo $(($(date +%s) - began)); }

output=$(mktemp) || exit 1
counter=
finish() {
  [ -z "$counter" ] || kill "$counter" 2>/dev/null
  rm -f "$output"
}
trap finish EXIT
trap 'echo; exit 130' INT
trap 'exit 143' TERM

printf '%s … ' "$words"
if [ -t 1 ]; then
  (
    trap - EXIT
    while sleep 1; do printf '\r%s … %s s ' "$words" "$(seconds)"; done
  ) &
  counter=$!
fi

"$@" >"$output" 2>&1 </dev/null
status=$?
[ -z "$counter" ] || kill "$counter" 2>/dev/null
counter=

if [ $status = 0 ]; then
  [ ! -t 1 ] || printf '\r%s … ' "$words"
  printf '%s s \n' "$(seconds)"
else
  printf 'failed after %s s\n\n' "$(seconds)"
  cat "$output" >&2
fi
exit $status
