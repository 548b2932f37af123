#!/usr/bin/env bash
# Packs llmd, installs the tarball into an empty folder, starts it there and asks it one question.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
daemon=
cleanup() {
  [ -n "$daemon" ] && kill "$daemon" 2>/dev/null && wait "$daemon" 2>/dev/null
  rm -rf "$work"
}
trap cleanup EXIT

tarball=$(npm pack --silent --pack-destination "$work" | tail -n 1)
cd "$work"
npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error "./$tarball"

# An installed llmd takes Node from its user; here that is the one the checkout brings.
export PATH="$root/node_modules/node/bin:$PATH"
export LLMD_HOME="$work/home"
llmd="$work/node_modules/.bin/llmd"
"$llmd" --version
"$llmd" serve --port 0 >"$work/out" 2>"$work/err" &
daemon=$!
for _ in $(seq 300); do
  grep -q 'curl' "$work/out" && break
  kill -0 "$daemon" || { cat "$work/out" "$work/err"; exit 1; }
  sleep 0.1
done

answer=$("$llmd" run llmd-demo "what is llmd?" --temperature 0)
echo "llmd-demo says: $answer"
grep -qi 'llmd' <<<"$answer"

# The curl line that the first start prints must work as it is pasted.
curl_line=$(sed -n '/^ *curl /,$p' "$work/out" | sed '/^$/,$d')
bash -c "$curl_line" | tee "$work/answer.json"
grep -q '"chat.completion"' "$work/answer.json"
echo

# The page of the API is whole.
address=$(grep -o 'http://127.0.0.1:[0-9]*' "$work/out" | head -n 1)
for path in openapi.json swagger-ui swagger-ui/swagger-ui-bundle.js; do
  curl -sSf -o /dev/null "$address/$path"
done
