#!/bin/bash
# The layout of the code is what .clang-format says.
cd "$(dirname "$0")/.." || exit 2
git ls-files -z '*.c' '*.h' | xargs -0 clang-format-14 --dry-run -Werror 2>&1 | grep -m 5 error && { echo "not ok - run make fmt"; exit 1; }
echo "ok - the layout is as .clang-format says"
