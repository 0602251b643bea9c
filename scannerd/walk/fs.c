/* fs.c - the table of file systems. */
#include "scannerd/walk/fs.h"

#include <errno.h>
#include <sys/vfs.h>

enum fs_flag {
	FS_PSEUDO = 1 << 0,
	FS_LASTING_ID =
		1 << 1, /* f_fsid comes from a UUID on the disk, or lives as long as the data */
};

/* Numbers from linux/magic.h and the file systems' own headers, which are not all installed. */
static const struct {
	uint32_t type;
	const char *name;
	unsigned flags;
} table[] = {
	{0x0000ef53, "ext4", FS_LASTING_ID},
	{0x9123683e, "btrfs", FS_LASTING_ID},
	{0x2fc12fc1, "zfs", FS_LASTING_ID},
	{0xca451a4e, "bcachefs", FS_LASTING_ID},
	{0x01021994, "tmpfs", FS_LASTING_ID},
	{0x3153464a, "jfs", FS_LASTING_ID},
	{0x58465342, "xfs", 0},
	{0xf2f52010, "f2fs", 0},
	{0x794c7630, "overlayfs", 0},
	{0x00004d44, "vfat", 0},
	{0x2011bab0, "exfat", 0},
	{0x5346544e, "ntfs", 0},
	{0x7366746e, "ntfs3", 0},
	{0x00009660, "iso9660", 0},
	{0x73717368, "squashfs", 0},
	{0x858458f6, "ramfs", 0},
	{0x00006969, "nfs", 0},
	{0xff534d42, "cifs", 0},
	{0xfe534d42, "smb2", 0},
	{0x0000517b, "smb", 0},
	{0x65735546, "fuse", 0},
	{0x01021997, "9p", 0},
	{0x00c36400, "ceph", 0},
	{0x01161970, "gfs2", 0},
	{0x7461636f, "ocfs2", 0},
	{0x5346414f, "afs", 0},
	{0x0bd00bd0, "lustre", 0},
	{0x00009fa0, "proc", FS_PSEUDO},
	{0x62656572, "sysfs", FS_PSEUDO},
	{0x0027e0eb, "cgroup", FS_PSEUDO},
	{0x63677270, "cgroup2", FS_PSEUDO},
	{0x00001cd1, "devpts", FS_PSEUDO},
	{0x64626720, "debugfs", FS_PSEUDO},
	{0x74726163, "tracefs", FS_PSEUDO},
	{0x73636673, "securityfs", FS_PSEUDO},
	{0xcafe4a11, "bpf", FS_PSEUDO},
	{0x62656570, "configfs", FS_PSEUDO},
	{0xf97cff8c, "selinuxfs", FS_PSEUDO},
	{0x43415d53, "smackfs", FS_PSEUDO},
	{0x6165676c, "pstore", FS_PSEUDO},
	{0xde5e81e4, "efivarfs", FS_PSEUDO},
	{0x19800202, "mqueue", FS_PSEUDO},
	{0x42494e4d, "binfmt_misc", FS_PSEUDO},
	{0x65735543, "fusectl", FS_PSEUDO},
	{0x6e736673, "nsfs", FS_PSEUDO},
	{0x67596969, "rpc_pipefs", FS_PSEUDO},
	{0x07655821, "resctrl", FS_PSEUDO},
	{0x6c6f6f70, "binderfs", FS_PSEUDO},
};

static unsigned flags_of(int64_t type)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (table[i].type == type) {
			return table[i].flags;
		}
	}
	return 0;
}

int fs_identify(int fd, int64_t *ret_type, int64_t *ret_id)
{
	struct statfs s;
	if (fstatfs(fd, &s) < 0) {
		return -errno;
	}
	uint32_t id[2];
	_Static_assert(sizeof(id) == sizeof(s.f_fsid), "f_fsid is two words");
	memcpy(id, &s.f_fsid, sizeof(id));
	*ret_type = (uint32_t)s.f_type;
	*ret_id = (int64_t)((uint64_t)id[1] << 32 | id[0]);
	return 0;
}

bool fs_is_pseudo(int64_t type)
{
	return (flags_of(type) & FS_PSEUDO) != 0;
}

bool fs_id_is_lasting(int64_t type)
{
	return (flags_of(type) & FS_LASTING_ID) != 0;
}

char *fs_name(int64_t type, char *out)
{
	enum { FS_NAME_SIZE = 24 };
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (table[i].type == type) {
			snprintf(out, FS_NAME_SIZE, "%s", table[i].name);
			return out;
		}
	}
	snprintf(out, FS_NAME_SIZE, "0x%llx", (unsigned long long)type);
	return out;
}
