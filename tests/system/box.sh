#!/bin/bash
# A throw-away machine for tests: a real systemd as the first process, over an overlay of this machine's root file system.
#
#   box.sh start NAME [NETNS]        returns when it has booted; NETNS is a network namespace to join (else one of its own, with lo)
#   box.sh exec NAME COMMAND...      runs a command inside
#   box.sh stop NAME                 pulls the plug and removes every trace; harmless when there is none
#
# All that is written inside lands in memory and is gone afterwards. Namespaces of its own: mount, pid, uts, ipc, cgroup, network.
# What works: sockets, users, sandboxing, capabilities, address lists, the watchdog, timers, the journal. What does not: limits of
# memory and tasks where the machine keeps those controllers in cgroup v1, devices, logins. Needs root, systemd, util-linux, iproute2.
set -euo pipefail
self=$(readlink -f "$0")
usage() {
	sed -n '2,7s/^# \?//p' "$self" >&2
	exit 2
}
[ $# -ge 2 ] || usage
command=$1 name=$2
shift 2
[[ $name =~ ^[A-Za-z0-9-]{1,40}$ ]] || usage
dir=/run/backup-checker-box/$name root=/run/backup-checker-box/$name/root

first_process() {
	cat "$dir/first" 2>/dev/null
}

inside() {
	local pid
	pid=$(first_process) || {
		echo "$self: $name does not run" >&2
		exit 1
	}
	exec nsenter -t "$pid" -m -u -i -n -p -C -r -w -- "$@"
}

# Nothing that this machine has enabled is started, and nothing that its image forbids is forbidden.
tidy_root() {
	rm -rf "$root"/etc/systemd/system/*.wants "$root"/etc/systemd/system/*.requires "$root"/etc/systemd/system/default.target \
		"$root"/var/log/journal "$root"/etc/fstab "$root"/usr/sbin/policy-rc.d
	local unit
	for unit in systemd-logind.service getty.target console-getty.service systemd-firstboot.service; do
		ln -sf /dev/null "$root/etc/systemd/system/$unit"
	done
	echo "$name" >"$root/etc/hostname"
	systemd-id128 new >"$root/etc/machine-id"
}

# Where the one cgroup v2 hierarchy is; mounted for us if the machine has none.
make_cgroup() {
	local v2
	v2=$(findmnt -nro TARGET -t cgroup2 | head -n 1)
	if [ -z "$v2" ]; then
		v2=$dir/cgroup
		mkdir "$v2"
		mount -t cgroup2 cgroup2 "$v2"
	fi
	mkdir "$v2/$name"
	echo "$v2/$name" >"$dir/cgroup-path"
}

start() {
	local enter=() state
	if [ -e "$dir" ]; then
		echo "$self: $name is there already" >&2
		exit 1
	fi
	mkdir -p "$dir"
	trap 'cat "$dir/console" >&2; stop' ERR
	mount -t tmpfs -o size=1g,mode=755 "box-$name" "$dir"
	mkdir "$dir"/{upper,work,root}
	mount -t overlay -o "lowerdir=/,upperdir=$dir/upper,workdir=$dir/work" "box-$name" "$root"
	tidy_root
	make_cgroup
	if [ -n "${1:-}" ]; then
		enter=(nsenter "--net=/run/netns/$1")
	fi
	setsid "${enter[@]}" "$self" enter-cgroup "$name" "${1:-}" </dev/null >"$dir/console" 2>&1 &
	echo $! >"$dir/outer"
	for _ in $(seq 600); do
		state=$(booted)
		case $state in running | degraded) return 0 ;; esac
		kill -0 "$(cat "$dir/outer")" 2>/dev/null || break
		sleep 0.05
	done
	false
}

booted() {
	local pid
	pid=$(first_process) || return 0
	if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = systemd ]; then
		(inside systemctl is-system-running) 2>/dev/null || true
	fi
}

enter_cgroup() {
	local own_network=()
	echo $$ >"$(cat "$dir/cgroup-path")/cgroup.procs"
	[ -n "${1:-}" ] || own_network=(--net)
	unshare --mount --uts --ipc --cgroup --pid --fork "${own_network[@]}" --propagation private "$self" become-systemd "$name"
}

become_systemd() {
	local me node
	read -r me _ </proc/self/stat # this /proc is still the machine's
	echo "$me" >"$dir/first.new"
	mv "$dir/first.new" "$dir/first"
	mount --bind "$root" "$root"
	cd "$root"
	mount -t proc -o nosuid,nodev,noexec proc proc
	mount -t sysfs -o nosuid,nodev,noexec sysfs sys
	mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 sys/fs/cgroup
	mount -o remount,bind,ro,nosuid,nodev,noexec sys # read-only: systemd takes this for a container and leaves devices alone
	mount -t tmpfs -o mode=755,nosuid tmpfs dev
	for node in null zero full random urandom tty; do
		touch "dev/$node"
		mount --bind "/dev/$node" "dev/$node"
	done
	mkdir dev/pts dev/shm
	mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
	ln -s pts/ptmx dev/ptmx
	ln -s /proc/self/fd dev/fd
	ln -s fd/0 dev/stdin
	ln -s fd/1 dev/stdout
	ln -s fd/2 dev/stderr
	mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs dev/shm
	mount -t tmpfs -o mode=755,nosuid,nodev tmpfs run
	mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs tmp
	ip link set lo up
	hostname "$name"
	mkdir run/machine
	pivot_root . run/machine
	umount -l /run/machine
	rmdir /run/machine
	mount --make-rshared / # as on a machine: what is mounted later is seen by the services, too
	exec env -i container=box PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
		/lib/systemd/systemd --unit=multi-user.target --show-status=no --log-target=journal
}

ends() { # pid, tenths of a second
	local _
	for _ in $(seq "$2"); do
		kill -0 "$1" 2>/dev/null || return 0
		sleep 0.1
	done
	return 1
}

stop() {
	trap - ERR
	[ -e "$dir" ] || return 0
	local first outer cgroup _
	first=$(cat "$dir/first" 2>/dev/null || true) outer=$(cat "$dir/outer" 2>/dev/null || true)
	cgroup=$(cat "$dir/cgroup-path" 2>/dev/null || true)
	[ -z "$first" ] || kill -KILL "$first" 2>/dev/null || true # and with it everything in its namespace
	[ -z "$outer" ] || ends "$outer" 50 || kill -KILL "$outer" 2>/dev/null || true
	if [ -n "$cgroup" ] && [ -d "$cgroup" ]; then
		echo 1 >"$cgroup/cgroup.kill" 2>/dev/null || true
		for _ in $(seq 50); do
			find "$cgroup" -depth -type d -exec rmdir {} \; 2>/dev/null || true
			[ -d "$cgroup" ] || break
			sleep 0.1
		done
	fi
	umount "$root" 2>/dev/null || umount -l "$root" 2>/dev/null || true
	umount "$dir/cgroup" 2>/dev/null || true
	umount "$dir" 2>/dev/null || umount -l "$dir" 2>/dev/null || true
	rmdir "$dir" 2>/dev/null || true
	rmdir "${dir%/*}" 2>/dev/null || true
	[ ! -e "$dir" ]
}

case $command in
start) start "$@" ;;
exec) inside "$@" ;;
stop) stop ;;
enter-cgroup) enter_cgroup "$@" ;;
become-systemd) become_systemd ;;
*) usage ;;
esac
