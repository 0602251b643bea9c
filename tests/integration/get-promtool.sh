#!/bin/sh
# Puts Prometheus' promtool at the path given: the machine's own, or the one in Debian's package, which is unpacked and not installed: that would start a server.
set -eu
target=$(realpath -m "$1")
if found=$(command -v promtool); then
	ln -sf "$found" "$target"
	exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
# apt's own user could not write here
download() {
	apt-get -qq -o APT::Sandbox::User=root download prometheus
}
download 2>/dev/null || { apt-get -qq update && download; }
dpkg-deb --fsys-tarfile prometheus_*.deb | tar -xO ./usr/bin/promtool >promtool
chmod 755 promtool
mv promtool "$target"
