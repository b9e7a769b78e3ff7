# What the rsync target has run at the host (`ssh.py` sends it), in any POSIX shell, with find, xargs, sed,
# sort, grep, gzip and one of sha256sum, shasum and openssl, be they GNU's, BSD's or BusyBox's.
#
# Each function is one request; its first argument is the site's folder. What is wrong is told as one line
# "publish: word detail" on standard error, whose words ssh_faults.py knows, or as the tool itself says it.
# A request that may come again after a cut line does no harm when it does.

set -eu
LC_ALL=C
export LC_ALL
unset CDPATH
umask 022
odd='*[[:cntrl:]\\]*' # names that no site has, and that sums are not told of
partial=.publish-partial

tell() { # word detail
  printf 'publish: %s\n' "$*" >&2
  exit 70
}

has() {
  command -v "$1" >/dev/null 2>&1
}

# --- questions ---

look() { # whether a site can be published to this folder; "publish here"
  for tool in rsync find xargs sed sort grep gzip readlink; do
    if ! has "$tool"; then tell tool "$tool"; fi
  done
  if ! has sha256sum && ! has shasum && ! has openssl; then tell tool sha256sum; fi
  if [ -e "$1" ]; then
    if [ ! -d "$1" ]; then tell file; fi
    if [ ! -w "$1" ] || [ ! -x "$1" ]; then tell shut "$1"; fi
    cd "$1"
    ours
  else
    parent=$(dirname "$1")
    if [ ! -d "$parent" ]; then tell parent "$parent"; fi
    if [ ! -w "$parent" ] || [ ! -x "$parent" ]; then tell shut "$parent"; fi
  fi
  echo publish here
}

ours() { # nothing, or word of what no publish put here
  there=$(ls -A)
  if [ ! -d records ]; then
    foreign=$(printf '%s\n' "$there" | grep -v -x -e 'lost+found' -e '.*\.lock' -e '\.lock\..*' -e '' || :)
    if [ -n "$foreign" ]; then
      tell foreign "$(printf '%s\n' "$foreign" | sed -n -e '1,3p' -e '4s/.*/…/p' | tr '\n' '|')"
    fi
  fi
  if [ -e current ] && [ ! -h current ]; then tell current; fi
}

live() { # the id of the release that is live, if there is one
  if [ -h "$1/current" ]; then
    found=$(readlink "$1/current")
    printf '%s\n' "${found#releases/}"
  fi
}

stopped() { # whether a publish stopped on the way
  if [ -d "$1/releases/.part" ]; then echo yes; fi
}

heads() { # the heads of the records of all releases that are kept, as `bundle` gives them
  if [ ! -d "$1/records/releases" ]; then echo 0; return; fi
  cd "$1/records"
  for id in $(ids ../releases); do
    if [ -e "releases/$id.json.gz" ]; then echo "releases/$id.json.gz"; fi
  done | bundle
}

files() { # those of the records that standard input names, one a line
  if [ ! -d "$1/records" ]; then echo 0; return; fi
  cd "$1/records"
  bundle
}

bundle() { # names, one a line -> how many there are, "size name" of each, then all that they hold
  names=$(cat)
  if [ -z "$names" ]; then echo 0; return; fi
  sizes=$(printf '%s\n' "$names" | xargs wc -c 2>/dev/null | grep -v '^ *[0-9]* total$' || :)
  if [ -z "$sizes" ]; then echo 0; return; fi
  printf '%s\n' "$sizes" | wc -l
  printf '%s\n' "$sizes"
  printf '%s\n' "$sizes" | sed 's/^ *[0-9]* //' | xargs cat
}

ids() { # of the releases in this folder, the oldest first
  ls "$1" | grep -x '[0-9]\{8\}-[0-9]\{6\}-[0-9a-f]\{6\}' | sort || :
}

sum() { # name: one hash over all files of that release and their names
  if [ ! -d "$1/releases/$2" ]; then tell lacking "$2"; fi
  cd "$1/releases/$2"
  sums | hash
}

listed() { # name: the hash of every file of that release
  if [ ! -d "$1/releases/$2" ]; then tell lacking "$2"; fi
  cd "$1/releases/$2"
  sums
}

sums() { # "hash ./path" of each file below, sorted; a line "--"; what is no plain file, each ended by NUL
  find . -name "$partial" -prune -o -type f ! -path "$odd" -print0 | hashes | sort
  echo --
  find . -name "$partial" -prune -o ! -type d \( ! -type f -o -path "$odd" \) -print0
}

hashes() { # names, each ended by NUL -> "hash ./path"
  # /dev/null, since some xargs call for no names too, and the tool would then wait for input.
  if has sha256sum; then xargs -0 sha256sum /dev/null
  elif has shasum; then xargs -0 shasum -a 256 /dev/null
  else xargs -0 openssl dgst -sha256 -r /dev/null
  fi | sed -n 's/^\([0-9a-f]\{64\}\) [ *]\(\.\/.*\)$/\1 \2/p'
}

hash() { # of what comes in
  if has sha256sum; then sha256sum
  elif has shasum; then shasum -a 256
  else openssl dgst -sha256 -r
  fi | cut -c 1-64
}

# --- the lock ---
# A folder, since to make one is to win (publish.lock). In it: token, who, since, pid (of the shell that holds it), beat
# (the second in which its owner was last heard), worker (what it has going on here).

lock() { # token who fresh stale (ages of a beat, in seconds): "held", and then for as long as standard input has lines; or "busy since who"
  token=$2
  if [ ! -d "$1" ]; then mkdir "$1"; fi
  cd "$1"
  ours
  mkdir -p records/releases records/parts releases
  waited=0
  until mkdir publish.lock 2>/dev/null; do
    if [ ! -d publish.lock ]; then
      if mkdir publish.lock; then break; fi
      if [ ! -d publish.lock ]; then exit 1; fi # mkdir has said why
    fi
    holder=$(said token)
    pid=$(said pid)
    beat=$(said beat)
    age=unknown
    if [ -n "$beat" ]; then age=$(($(date +%s) - beat)); fi
    if [ "$holder" = "$token" ] || gone "$pid"; then
      evict
    elif [ "$age" != unknown ] && [ "$age" -gt "$5" ]; then
      evict
    elif [ "$age" != unknown ] && [ "$age" -le "$4" ] || [ "$waited" -gt "$5" ]; then
      printf 'busy %s %s\n' "$(said since)" "$(said who)"
      exit 0
    elif [ -z "$pid" ] && [ "$waited" -gt "$4" ]; then
      evict # whoever made it ended before it could say who it was
    else
      sleep 1
      waited=$((waited + 1))
    fi
  done
  trap unlock HUP INT TERM PIPE
  if ! {
    echo "$$" >publish.lock/pid &&
      printf '%s\n' "$token" >publish.lock/token &&
      printf '%s\n' "$3" >publish.lock/who &&
      date +%s >publish.lock/since &&
      date +%s >publish.lock/beat
  }; then
    rm -rf publish.lock
    exit 1
  fi
  echo held
  while read -r beat; do
    if [ "$(said token)" != "$token" ]; then exit 0; fi
    date +%s 2>/dev/null >publish.lock/beat || :
  done
  unlock
}

said() {
  cat "publish.lock/$1" 2>/dev/null || :
}

gone() { # whether there is no such process; one of another user is there, though it may not be asked
  case $1 in '' | *[!0-9]*) return 1 ;; esac
  case $(kill -0 "$1" 2>&1 || :) in *'o such process'*) return 0 ;; esac
  return 1
}

unlock() {
  trap '' HUP INT TERM PIPE
  if [ "$(said token)" = "$token" ]; then
    stop_worker
    mv publish.lock ".lock.$$" 2>/dev/null && rm -rf ".lock.$$"
  fi
  exit 0
}

evict() { # take the lock from a holder who is no more
  case $pid in '' | *[!0-9]* | 0 | 1) ;; *) kill -9 "$pid" 2>/dev/null || : ;; esac
  stop_worker
  if mv publish.lock ".lock.$$" 2>/dev/null; then
    if [ "$(cat ".lock.$$/token" 2>/dev/null || :)" != "$holder" ] && [ ! -e publish.lock ]; then
      mv ".lock.$$" publish.lock # somebody else was quicker, and it is theirs
    else
      rm -rf ".lock.$$"
    fi
  fi
}

stop_worker() { # what the holder has going on must not go on without it
  worker=$(said worker)
  case $worker in '' | *[!0-9]* | 0 | 1) return ;; esac
  kill -TERM -- "-$worker" 2>/dev/null || kill -TERM "$worker" 2>/dev/null || return 0
  tries=0
  # Long enough for rsync to keep what has arrived of a file.
  until gone "$worker" || [ "$tries" -ge 6 ]; do
    sleep 0.1 2>/dev/null || sleep 1
    tries=$((tries + 1))
  done
  if ! gone "$worker"; then kill -9 -- "-$worker" 2>/dev/null || kill -9 "$worker" 2>/dev/null || :; fi
}

working() { # token: only while that lock is held, and stopped when it ends
  if [ "$(said token)" != "$1" ]; then tell lost; fi
  worker=$PWD/publish.lock/worker
  trap 'rm -f "$worker"' EXIT
  echo "$$" >"$worker"
}

# --- a new release ---

prepare() { # token id before: the folder releases/.part; "live", "left" (as a stopped publish left it), "new"
  cd "$1"
  working "$2"
  now=$(live .)
  if [ "$now" = "$3" ]; then echo live; return; fi
  if [ "$now" != "$4" ]; then tell moved "$now"; fi
  rm -f .current.new
  ln -s records .current.new || tell links
  rm -f .current.new
  if [ -d "releases/$3" ]; then
    rm -rf releases/.part
    mv "releases/$3" releases/.part
  fi
  if [ -d releases/.part ]; then echo left; return; fi
  rm -rf releases/.copy
  if [ -n "$4" ] && [ -d "releases/$4" ]; then linked "releases/$4" releases/.copy; else mkdir releases/.copy; fi
  mv releases/.copy releases/.part
  echo new
}

linked() { # from to: the same files, as links where that can be
  if cp -al "$1" "$2" 2>/dev/null; then return; fi
  rm -rf "$2"
  if mkdir "$2" && rsync -a --link-dest="$PWD/$1/" "$1/" "$2/"; then return; fi
  rm -rf "$2"
  cp -R -p "$1" "$2"
}

discard() { # token: what a stopped publish left; nothing is written, the disk may be full
  cd "$1"
  if [ "$(said token)" != "$2" ]; then tell lost; fi
  rm -rf releases/.part
}

remove() { # token: what standard input names, each ended by NUL, and folders that are then empty
  cd "$1"
  working "$2"
  cd releases/.part
  xargs -0 rm -rf
  find . -depth -type d -exec rmdir {} + 2>/dev/null || :
}

settle() { # token: everything as it is to be read; one hash over it
  cd "$1"
  working "$2"
  cd releases/.part
  find . -name "$partial" -type d -prune -exec rm -rf {} +
  find . -type d ! -perm 755 -exec chmod 755 {} +
  find . -type f ! -perm 644 -exec chmod 644 {} +
  sums | hash
}

place() { # token id before size: with its head, that long, on standard input. "done", or parts that lack
  cd "$1"
  working "$2"
  now=$(live .)
  if [ "$now" != "$4" ] && [ "$now" != "$3" ]; then tell moved "$now"; fi
  taken "$5"
  if ! digests records/.head >records/.digests; then tell short; fi
  lacking=$(while read -r one; do
    if [ ! -e "records/parts/$one" ]; then echo "parts/$one"; fi
  done <records/.digests)
  rm -f records/.digests
  if [ -n "$lacking" ]; then printf '%s\n' "$lacking"; return; fi
  sync 2>/dev/null || :
  mv -f records/.head "records/releases/$3.json.gz"
  if [ -d releases/.part ]; then mv releases/.part "releases/$3"; fi
  switch "$3"
  echo done
}

taken() { # size: standard input as records/.head, whole
  cat >records/.head
  if [ "$(wc -c <records/.head)" -ne "$1" ]; then tell short; fi
}

digests() { # the names of all parts that a head names
  gzip -t "$1" && gzip -dc "$1" | tr -c '0-9a-f' '\n' | grep -x '[0-9a-f]\{32\}' | sed 's/$/.json.gz/'
}

switch() { # id: live by one rename
  rm -f .current.new
  ln -s "releases/$1" .current.new || tell links
  mv -fT .current.new current 2>/dev/null ||
    mv -fh .current.new current 2>/dev/null ||
    perl -e 'rename $ARGV[0], $ARGV[1] or die "$!\n"' .current.new current 2>/dev/null ||
    python3 -c 'import os, sys; os.replace(*sys.argv[1:])' .current.new current 2>/dev/null ||
    :
  if [ "$(live .)" != "$1" ]; then
    # Once more, to hear why.
    mv -fT .current.new current || tell rename
  fi
}

back() { # token id sum: that release live, when it is whole; "done", or "other"
  cd "$1"
  working "$2"
  found=$(sum . "$3")
  if [ "$found" != "$4" ]; then echo other; return; fi
  switch "$3"
  echo done
}

note() { # token id size: a new head, that long, on standard input
  cd "$1"
  working "$2"
  taken "$4"
  mv -f records/.head "records/releases/$3.json.gz"
}

prune() { # token keep: releases beyond so many, and what only they needed
  cd "$1"
  working "$2"
  rm -rf releases/.old releases/.copy .lock.* records/parts/.[!.]*
  now=$(live .)
  count=0
  for id in $(ids releases | sort -r); do
    count=$((count + 1))
    if [ "$count" -gt "$3" ] && [ "$id" != "$now" ]; then
      rm -f "records/releases/$id.json.gz"
      mv "releases/$id" releases/.old
      rm -rf releases/.old
    fi
  done
  for head in records/releases/*.json.gz; do
    id=${head##*/}
    if [ ! -d "releases/${id%.json.gz}" ]; then rm -f "$head"; fi
  done
  : >records/.named
  for head in records/releases/*.json.gz; do
    # When one cannot be read, nobody knows which parts it needs.
    if ! digests "$head" >>records/.named; then rm -f records/.named; return; fi
  done
  if [ -s records/.named ]; then
    (cd records/parts && ls | grep -v -x -F -f ../.named | xargs rm -f --) || :
  fi
  rm -f records/.named
}
