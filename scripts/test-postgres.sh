# Sourced by .ci/run: starts a throw-away PostgreSQL server on a free local port when one is installed (or installable),
# and exports TEST_DATABASE_URL. Without one the tests run on the embedded database only, and say so.
smac_pg_bin() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }

if [ -z "${TEST_DATABASE_URL:-}" ]; then
  bin=$(smac_pg_bin)
  if [ -z "$bin" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    (apt-get update && apt-get install -y --no-install-recommends postgresql) >/dev/null 2>&1 || true
    bin=$(smac_pg_bin)
  fi
  if [ -n "$bin" ]; then
    smac_pg=$(mktemp -d /tmp/smac-postgres.XXXXXX)
    as_postgres() { if [ "$(id -u)" = 0 ]; then su postgres -s /bin/sh -c "$1"; else sh -c "$1"; fi; }
    [ "$(id -u)" = 0 ] && chown postgres "$smac_pg"
    port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
    # Its data need not outlive the machine: without waiting for the disk at every commit, tests wait for work alone.
    as_postgres "$bin/initdb --no-sync -D $smac_pg/data -A trust -U smac >/dev/null && $bin/pg_ctl -w -D $smac_pg/data -o '-p $port -k $smac_pg -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off' -l $smac_pg/log start >/dev/null"
    trap 'as_postgres "$bin/pg_ctl -m immediate -D $smac_pg/data stop >/dev/null" || true; rm -rf "$smac_pg"' EXIT
    export TEST_DATABASE_URL="postgres://smac@127.0.0.1:$port/postgres"
    echo "PostgreSQL for the tests: $bin, port $port"
  else
    echo "No PostgreSQL server here: the tests run on the embedded database only."
  fi
fi
