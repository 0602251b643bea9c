/* sandbox_calls.c - the seccomp filter: a table of calls that are refused, and a few that are
 * judged by their arguments. */
#include "sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
enum { OTHER_ABI = 0x40000000 /* x32 calls have this bit in their number */ };
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
enum { OTHER_ABI = 0x40000000 /* there is none: no number is so large */ };
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
enum { OTHER_ABI = 0x40000000 };
#endif

#if defined(__SANITIZE_ADDRESS__)
#define FINDS_LEAKS
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FINDS_LEAKS
#endif
#endif

#if !defined(ARCHITECTURE)

int sandbox_calls(void)
{
	return -EOPNOTSUPP;
}

#elif defined(FINDS_LEAKS)

int sandbox_calls(void)
{
	return 0;
}

#else

/* A denylist, not a list of what is needed: libraries change their calls from release to release,
 * and below systemd its list of allowed calls is in front of this one. */
static const unsigned short refused[] = {
	/* other programs */
	SYS_execve,
	SYS_execveat,
	SYS_ptrace,
	SYS_process_vm_readv,
	SYS_process_vm_writev,
	SYS_process_madvise,
	SYS_pidfd_getfd,
	SYS_kcmp,
	/* the kernel's own programs and doors that filters do not see behind */
	SYS_bpf,
	SYS_io_uring_setup,
	SYS_io_uring_enter,
	SYS_io_uring_register,
	SYS_userfaultfd,
	SYS_perf_event_open,
	SYS_keyctl,
	SYS_add_key,
	SYS_request_key,
	/* files by other ways than their paths */
	SYS_open_by_handle_at,
	SYS_mount,
	SYS_umount2,
	SYS_move_mount,
	SYS_open_tree,
	SYS_fsopen,
	SYS_fsconfig,
	SYS_fsmount,
	SYS_fspick,
	SYS_mount_setattr,
	SYS_pivot_root,
	SYS_chroot,
	SYS_unshare,
	SYS_setns,
	/* the machine */
	SYS_init_module,
	SYS_finit_module,
	SYS_delete_module,
	SYS_kexec_load,
	SYS_kexec_file_load,
	SYS_reboot,
	SYS_swapon,
	SYS_swapoff,
	SYS_acct,
	SYS_quotactl,
	SYS_syslog,
	SYS_settimeofday,
	SYS_clock_settime,
	SYS_clock_adjtime,
	SYS_adjtimex,
	SYS_sethostname,
	SYS_setdomainname,
	SYS_personality,
	/* other users */
	SYS_setuid,
	SYS_setgid,
	SYS_setreuid,
	SYS_setregid,
	SYS_setresuid,
	SYS_setresgid,
	SYS_setgroups,
	SYS_setfsuid,
	SYS_setfsgid,
	SYS_mknodat,
#ifdef SYS_mknod
	SYS_mknod,
#endif
#ifdef SYS_iopl
	SYS_iopl,
	SYS_ioperm,
#endif
};

enum { FILTER_MAX = 220 };

struct filter {
	struct sock_filter code[FILTER_MAX];
	unsigned short n;
};

static void add(struct filter *f, struct sock_filter instruction)
{
	f->code[f->n++] = instruction;
}

static void load(struct filter *f, size_t offset)
{
	add(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void answer(struct filter *f, uint32_t what)
{
	add(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what));
}

static void load_number(struct filter *f)
{
	load(f, offsetof(struct seccomp_data, nr));
}

/* The lower half of an argument: all three architectures are little-endian, and these are ints. */
static void load_argument(struct filter *f, unsigned i)
{
	load(f, offsetof(struct seccomp_data, args) + i * sizeof(uint64_t));
}

/* The next `skip` instructions are for that call only. */
static void on_call(struct filter *f, uint32_t number, uint8_t skip)
{
	add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, skip));
}

/* The call fails if all these bits are set in its argument. */
static void refuse_bits(struct filter *f, uint32_t number, unsigned argument, uint32_t bits)
{
	on_call(f, number, 5);
	load_argument(f, argument);
	add(f, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, bits));
	add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, bits, 0, 1));
	answer(f, SECCOMP_RET_ERRNO | EPERM);
	load_number(f);
}

static void refuse_other_sockets(struct filter *f, uint32_t number)
{
	on_call(f, number, 4);
	load_argument(f, 0);
	add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 1, 0));
	answer(f, SECCOMP_RET_ERRNO | EAFNOSUPPORT);
	load_number(f);
}

static void build(struct filter *f)
{
	_Static_assert(ARRAY_SIZE(refused) * 2 + 40 < FILTER_MAX, "room for all");

	load(f, offsetof(struct seccomp_data, arch));
	add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
	answer(f, SECCOMP_RET_ERRNO | EPERM);
	load_number(f);
	add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, OTHER_ABI, 0, 1));
	answer(f, SECCOMP_RET_ERRNO | EPERM);
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		on_call(f, refused[i], 1);
		answer(f, SECCOMP_RET_ERRNO | EPERM);
	}
	/* Its flags lie in memory, where a filter cannot look; the C library falls back to clone.
	 */
	on_call(f, SYS_clone3, 1);
	answer(f, SECCOMP_RET_ERRNO | ENOSYS);
	refuse_bits(f, SYS_clone, 0, 0x10000000 /* CLONE_NEWUSER: the door to all namespaces */);
	refuse_bits(f, SYS_mmap, 2, PROT_WRITE | PROT_EXEC);
	refuse_bits(f, SYS_mprotect, 2, PROT_EXEC);
	refuse_bits(f, SYS_pkey_mprotect, 2, PROT_EXEC);
	refuse_other_sockets(f, SYS_socket);
	refuse_other_sockets(f, SYS_socketpair);
	answer(f, SECCOMP_RET_ALLOW);
}

int sandbox_calls(void)
{
	struct filter f = {.n = 0};
	struct sock_fprog program;

	build(&f);
	program = (struct sock_fprog){.len = f.n, .filter = f.code};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0) {
		return errno == EINVAL || errno == ENOSYS ? -EOPNOTSUPP : -errno;
	}
	return 0;
}

#endif
