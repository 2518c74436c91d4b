#!/usr/bin/env bash
# Every check that takes long or needs more than a compiler and servers: the tests with EXTENDED=1, the
# fuzzers, the completions, and the distribution in a bare Debian. Installs what it needs and skips
# nothing. Needs Debian 12, root and an hour or two. Usage: Scripts/test-extended.sh
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/setup.sh --servers
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends \
  chromium debootstrap default-jre-headless dpkg-dev fish lintian patchelf python3-venv zsh >/dev/null

python3 -m venv .build/duckdb
.build/duckdb/bin/pip install --quiet duckdb
python3 -m venv .build/spark
.build/spark/bin/pip install --quiet pyspark

EXTENDED=1 swift test --disable-xctest
make fuzz FUZZ_SECONDS="${FUZZ_SECONDS:-60}"
make dist
Scripts/test-completions.sh .build/staged
Scripts/test-dist.sh .build/dist
echo "test-extended: passed"
