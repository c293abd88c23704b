#!/bin/bash
# Installs Radio Call-In on a Debian server, and upgrades it. Run as root, in the folder with the code:
#
#     deploy/install.sh callin.station.example     the first time, with the server's public host name
#     deploy/install.sh                            for a new version, after git pull
#
# Running it twice changes nothing. What it makes:
#
#   /opt/radio-call-in/current       the code and its Python packages, which the app cannot change
#   /etc/radio-call-in/station.env   the settings, for the app alone
#   /var/lib/radio-call-in           the store and its backups, for the app alone
#   /usr/local/bin/radio-call-in     the commands: radio-call-in setup, check, admin, backup, restore, watch
#   the user callin, a service and two timers of systemd, and the configuration of Caddy
set -euo pipefail

cd "$(dirname "$0")/.."
source_folder=$PWD
code=/opt/radio-call-in
settings=/etc/radio-call-in/station.env
data=/var/lib/radio-call-in
release=$code/$(date -u +%Y%m%d-%H%M%S)
units=(radio-call-in.service radio-call-in-backup.timer radio-call-in-watch.timer)

step() { deploy/step.sh "$@"; }
fail() { echo "$*" >&2; exit 1; }
has_systemd() { [ -d /run/systemd/system ]; }

[ "$(id -u)" = 0 ] || fail "Run this as root: sudo deploy/install.sh"
command -v apt-get >/dev/null || fail "This installs on Debian and Ubuntu only."
host=${1:-$(sed -n "s|^PUBLIC_URL='\?https://\([^/']*\).*|\1|p" "$settings" 2>/dev/null || true)}
[[ $host =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]+$ ]] ||
  fail "Give the server's public host name: deploy/install.sh callin.station.example"
umask 022

missing=()
for package in python3-venv caddy; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing+=("$package")
done
newer=$(find static deploy/build_pages.mjs package*.json -path static/built -prune -o -type f -newer static/built/manifest.json -print 2>/dev/null || echo all)
[ -z "$newer" ] || command -v make >/dev/null || missing+=(make)
if [ "${#missing[@]}" -gt 0 ]; then
  step "Installing Debian's packages: ${missing[*]}" sh -c "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ${missing[*]}"
fi
/usr/bin/python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or later is needed: Debian 12 has it."
[ -z "$newer" ] || make --no-print-directory static/built/manifest.json

id callin >/dev/null 2>&1 ||
  step "Making the user callin" useradd --system --user-group --home-dir "$data" --no-create-home --shell /usr/sbin/nologin callin
install -d -m 755 "$code"
install -d -o callin -g callin -m 700 "$(dirname "$settings")" "$data" "$data/backups"

copy_code() {
  mkdir "$release"
  tar -c --exclude=__pycache__ --exclude=static/rehearsal --exclude=make_sounds.py \
    callin templates static main.py util.py requirements.txt | tar -x -C "$release" --no-same-owner
  # The fallback documents of a station with a STATION_PREFIX.
  cp -n "$code"/current/static/twiml/*-fallback*.xml "$release/static/twiml/" 2>/dev/null || true
  # The previous version's scripts and stylesheets: a page that is still open may load them.
  sed -n 's/.*": "\(.*\)".*/\1/p' "$code/current/static/built/manifest.json" 2>/dev/null | while read -r name; do
    cp -n "$code/current/static/built/$name" "$release/static/built/" || true
  done
  chmod -R u=rwX,go=rX "$release"
}
# An incomplete release is removed, and the previous one goes on running.
trap '[ "$(readlink "$code/current")" = "$release" ] || rm -rf "$release"' EXIT
step "Copying the code to $release" bash -c "$(declare -f copy_code); release=$release code=$code; set -e; copy_code"
step "Installing the app's Python packages" sh -c "/usr/bin/python3 -m venv '$release/.venv' && '$release/.venv/bin/pip' install --disable-pip-version-check -r '$release/requirements.txt'"
step "Compiling" sh -c "cd '$release' && .venv/bin/python -m compileall -q callin main.py util.py"

if [ ! -e "$settings" ]; then
  install -o callin -g callin -m 600 /dev/null "$settings"
  cat >"$settings" <<END
PUBLIC_URL='https://$host'
STORE='sqlite:///$data/line.sqlite'
TRUSTED_PROXIES='127.0.0.1'
END
fi
chown callin:callin "$settings"
chmod 600 "$settings"

install -m 755 deploy/radio-call-in /usr/local/bin/radio-call-in
if [ -e "$data/line.sqlite" ] && [ -e "$code/current" ]; then
  chmod 600 "$data"/line.sqlite*
  step "Backing up the store" radio-call-in backup "$data/backups/before-$(basename "$release").sqlite"
fi

before=$(readlink "$code/current" || true)
switch_to() {
  ln -sfn "$1" "$code/next" && mv -T "$code/next" "$code/current"
}
switch_to "$release"
install -m 644 deploy/systemd/* /etc/systemd/system/

caddyfile=/etc/caddy/Caddyfile
if ! cmp -s deploy/Caddyfile "$caddyfile"; then
  if [ -e "$caddyfile" ] && ! grep -q -e "Radio Call-In" -e "The Caddyfile is an easy way" "$caddyfile"; then
    cp "$caddyfile" "$caddyfile.before-radio-call-in"
    echo "Caddy served other sites. Its previous configuration is in $caddyfile.before-radio-call-in: add those sites to $caddyfile."
  fi
  install -m 644 deploy/Caddyfile "$caddyfile"
fi
install -d /etc/systemd/system/caddy.service.d
cat >/etc/systemd/system/caddy.service.d/radio-call-in.conf <<END
[Service]
Environment=STATION_HOST=$host STATION_CODE=$code/current PORT=8080
END

is_up() {
  for _ in $(seq 60); do
    "$release/.venv/bin/python" -c 'from urllib import request, error
try: request.urlopen("http://127.0.0.1:8080/health", timeout=5)
except error.HTTPError as answer: raise SystemExit(answer.code != 503)' 2>/dev/null && return
    sleep 0.5
  done
  return 1
}

if has_systemd; then
  systemctl daemon-reload
  systemctl enable --quiet caddy "${units[@]}"
  step "Starting Caddy" systemctl restart caddy
  systemctl start "${units[@]:1}"
  step "Starting the app" systemctl restart radio-call-in
  if [ -n "$before" ] && ! is_up; then
    switch_to "$before"
    systemctl restart radio-call-in
    fail "The new version did not start, so the previous one runs again. See: journalctl -u radio-call-in"
  fi
else
  echo "systemd does not run on this machine: start the commands of the units in /etc/systemd/system yourself."
fi

find "$data/backups" -name 'before-*.sqlite' | sort | head -n -5 | xargs -r rm -f
# Keep the previous version, to go back to, and delete older ones.
for old in "$code"/2*; do
  [ "$old" = "$release" ] || [ "$old" = "$before" ] || rm -rf "$old"
done

if [ -z "$before" ]; then
  echo "Installed. Next: radio-call-in setup, which asks for what is missing, and radio-call-in admin for the first admin."
else
  echo "Upgraded. Next: radio-call-in setup, in case the new version needs more of Twilio."
fi
