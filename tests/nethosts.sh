#!/bin/bash
# A test network in network namespaces: hosts with open ports and names, and a namespace to scan them from.
#
#   nethosts.sh up PREFIX NAME:PORT,PORT,... ...     for example: up bc web:80,443 ssh:22 empty:
#   nethosts.sh exec PREFIX COMMAND...               runs in the scanner's namespace
#   nethosts.sh down PREFIX                          removes everything; harmless when nothing is up
#
# Host i (from 1) has 10.99.0.(10+i) and fd99::(10+i, hexadecimal) and is called NAME.test. DNS is 10.99.0.1 and fd99::1,
# the scanner 10.99.0.2 and fd99::2. NETHOSTS_V4 and NETHOSTS_V6 choose other networks ("10.98.7", "fd98:").
# Every PREFIX (letters and digits) is a network of its own with no way out; any number can be up side by side.
# Needs root, iproute2, dnsmasq, python3.
set -euo pipefail

usage() {
	echo "usage: $0 up|exec|down PREFIX ..." >&2
	exit 2
}
[ $# -ge 2 ] || usage
command=$1 prefix=$2
shift 2
[[ $prefix =~ ^[A-Za-z0-9]{1,20}$ ]] || usage
v4=${NETHOSTS_V4:-10.99.0} v6=${NETHOSTS_V6:-fd99:} state=/run/nethosts.$prefix

plug() { # namespace, interface at the bridge, last byte of the address
	ip link add "$2" netns "$prefix-br" type veth peer name eth0 netns "$1"
	ip -n "$prefix-br" link set "$2" master br0 up
	ip -n "$1" link set lo up
	ip -n "$1" addr add "$v4.$3/24" dev eth0
	ip -n "$1" addr add "$(printf '%s:%x' "$v6" "$3")/64" dev eth0 nodad
	ip -n "$1" link set eth0 up
	ip -n "$1" route add default via "$v4.1"
}

name() { # name, last byte of the address
	printf '%s %s.test\n%s:%x %s.test\n' "$v4.$2" "$1" "$v6" "$2" "$1" >>"$state/hosts"
}

bridge() {
	ip netns add "$prefix-br"
	ip -n "$prefix-br" link set lo up
	ip -n "$prefix-br" link add br0 type bridge
	ip netns exec "$prefix-br" sysctl -qw net.ipv6.conf.br0.accept_dad=0
	ip -n "$prefix-br" addr add "$v4.1/24" dev br0
	ip -n "$prefix-br" addr add "$v6:1/64" dev br0 nodad
	ip -n "$prefix-br" link set br0 up
}

# One process listens in all namespaces: accepts, and closes when the other side does.
listen() {
	cat >"$state/listen.py" <<'PY'
import ctypes, os, selectors, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
selector = selectors.DefaultSelector()
for line in open(sys.argv[1]):
    namespace, _, ports = line.strip().partition(" ")
    fd = os.open("/run/netns/" + namespace, os.O_RDONLY)
    if libc.setns(fd, 0x40000000):
        raise OSError(ctypes.get_errno(), namespace)
    os.close(fd)
    for port in filter(None, ports.split(",")):
        s = socket.create_server(("::", int(port)), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
        s.setblocking(False)
        selector.register(s, selectors.EVENT_READ, True)
print("ready", flush=True)
while True:
    for key, _ in selector.select():
        try:
            if key.data:
                connection, _ = key.fileobj.accept()
                connection.setblocking(False)
                selector.register(connection, selectors.EVENT_READ, False)
            elif not key.fileobj.recv(4096):
                raise ConnectionResetError
        except BlockingIOError:
            pass
        except OSError:
            if not key.data:
                selector.unregister(key.fileobj)
                key.fileobj.close()
PY
	/usr/bin/python3 "$state/listen.py" "$state/listen" >"$state/listen.log" 2>&1 </dev/null &
	echo $! >>"$state/pids"
}

names() {
	ip netns exec "$prefix-br" dnsmasq --no-daemon --no-resolv --no-hosts --addn-hosts="$state/hosts" --local=/test/ \
		--local=/in-addr.arpa/ --local=/ip6.arpa/ --interface=br0 --bind-interfaces --cache-size=10000 --user=root --pid-file= \
		>"$state/dnsmasq.log" 2>&1 </dev/null &
	echo $! >>"$state/pids"
	mkdir -p "/etc/netns/$prefix-scan"
	echo "nameserver $v4.1" >"/etc/netns/$prefix-scan/resolv.conf"
}

await() { # file, text
	for _ in $(seq 200); do
		grep -q "$2" "$1" 2>/dev/null && return
		sleep 0.05
	done
	cat "$1" >&2
	return 1
}

up() {
	if [ -e "$state" ]; then
		echo "$0: $prefix is up already" >&2
		exit 1
	fi
	mkdir -p "$state"
	trap down ERR
	: >"$state/hosts"
	: >"$state/listen"
	bridge
	ip netns add "$prefix-scan"
	plug "$prefix-scan" scan 2
	name scanner 2
	local spec i=0
	for spec in "$@"; do
		i=$((i + 1))
		ip netns add "$prefix-h$i"
		plug "$prefix-h$i" "h$i" $((10 + i))
		name "${spec%%:*}" $((10 + i))
		echo "$prefix-h$i ${spec#*:}" >>"$state/listen"
	done
	names
	listen
	await "$state/listen.log" ready
	await "$state/dnsmasq.log" started
	trap - ERR
}

down() {
	local pid namespace
	while read -r pid; do
		kill "$pid" 2>/dev/null || true
	done < <(cat "$state/pids" 2>/dev/null)
	for namespace in $(ip netns list | awk '{print $1}' | grep -E "^$prefix-(br|scan|h[0-9]+)$" || true); do
		ip netns del "$namespace"
	done
	rm -rf "$state" "/etc/netns/$prefix-scan"
	rmdir /etc/netns 2>/dev/null || true
}

case $command in
up) up "$@" ;;
exec) exec ip netns exec "$prefix-scan" "$@" ;;
down) down ;;
*) usage ;;
esac
