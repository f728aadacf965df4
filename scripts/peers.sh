#!/usr/bin/env bash
# Compares goimpl with other Go libraries: task pools, plain Go and eino. Needs
# Go >= 1.26; fetches the libraries by name. What is given goes to xbench run:
#
#   scripts/peers.sh --suite tasks --rounds 8
set -euo pipefail
cd "$(dirname "$0")/.."
go build -o xbench ./cmd/xbench
go build -C goimpl/peers -o .bin/peers .
exec ./xbench run --config goimpl/peers/xbench.yaml "$@"
