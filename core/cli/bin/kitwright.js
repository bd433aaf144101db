#!/bin/sh
':' /*
# This is a script for sh, up to the line of its own that ends the comment of JavaScript, and a module of JavaScript.
# Node forgets which signals are to be ignored before it runs anything: sh notes them (see signals/README.md).
unset KITWRIGHT_SIGIGN
if [ -r /proc/self/status ]; then
  while read -r name mask; do
    if [ "$name" = SigIgn: ]; then export KITWRIGHT_SIGIGN="$mask" && break; fi
  done </proc/self/status
fi
exec node "$0" "$@"
*/
import './start.js';
