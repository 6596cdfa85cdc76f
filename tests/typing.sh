# Typing into a terminal of tmux, for the scripts beside this one, which define `terminal`: a tmux with its arguments. Nothing
# here waits for a time; it waits for what must come, and gives up after a minute.
# shellcheck shell=bash

shown() { terminal capture-pane -p; }
sees() { # TEXT [HOW OFTEN]
    local tries=0
    until [ "$(shown | grep -cF -- "$1")" -ge "${2:-1}" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || { echo "it does not come: $1" >&2; return 1; }
        sleep 0.1
    done
}
# The prompt of the shell stands alone in the last line that has something.
is_back() {
    local tries=0
    until [ "$(shown | sed '/^$/d' | tail -n 1)" = '$' ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || { echo 'it does not end' >&2; return 1; }
        sleep 0.1
    done
}
types() { terminal send-keys -l -- "$1" && terminal send-keys Enter; }

returns() { terminal send-keys Enter; }
