/* words.c - the lists of generic and common words, and looking one up. */
#include "words.h"

#include <errno.h>

/* What a word of a path usually means when it is no name of a server: that it is a backup, of what
 * kind, how often, made by which tool; the tree of a file system; an ending; a factory host name.
 */
static const char *const generic_words =
	"backup backups bak bkp bck archive archives snapshot snapshots snap dump dumps export "
	"exports "
	"image images disk disks volume volumes vol vols full incr incremental inc diff "
	"differential "
	"synthetic auto automatic automated manual scheduled schedule daily weekly monthly yearly "
	"hourly "
	"nightly latest current last new old copy copies clone mirror replica restore recovery "
	"rescue "
	"repo repos repository repositories pool pools set sets base part parts chunk chunks block "
	"blocks "
	"data database databases db dbs sql mysql mariadb postgres postgresql pgsql pg mssql "
	"oracle mongo "
	"mongodb redis sqlite ldap file files folder folders document documents doc docs user "
	"users home "
	"homes root system sys config configs configuration conf cfg confg settings setup log logs "
	"cache "
	"tmp temp etc var usr opt srv mnt boot bin lib dev proc run public private shared share "
	"shares "
	"nas san server servers host hosts hostname node nodes client clients computer computers "
	"machine "
	"machines pc desktop laptop workstation notebook vm vms guest guests container containers "
	"lxc ct "
	"qemu kvm virtual hard drive drives store storage datastore local localhost localdomain "
	"remote "
	"network net name example default unknown none null the and for from "
	"tar gz tgz bz2 tbz xz txz zst zip 7z rar iso img raw vhd vhdx vmdk qcow2 vdi vbk vib vrb "
	"vbm tib "
	"tibx mrimg mrimgx gho dd bkf trn dmp xml json csv txt yaml yml ini md5 sha1 sha256 sha512 "
	"sig gpg "
	"enc aes blob didx fidx pxar index manifest metadata meta info "
	"acronis veeam macrium ghost clonezilla duplicati duplicity borg restic kopia rsnapshot "
	"rsync "
	"rclone urbackup backuppc bareos bacula amanda barman pgbackrest proxmox pbs pve vzdump "
	"truenas "
	"freenas synology qnap netapp openwrt pfsense opnsense oxidized rancid vcenter vmware esxi "
	"hyperv "
	"windows win linux debian ubuntu fedora centos rhel rocky alma suse arch kali raspbian "
	"raspberrypi diskstation readynas homeassistant pihole unifi router switch firewall "
	"gateway "
	"ssd nvme usb lun lvm zfs btrfs ext4 xfs ntfs esx xen xcp configbundle teleporter confg "
	"running "
	"startup candidate archivelog wal wals cumulative bundle baseline job jobs task tasks plan "
	"retention "
	"sicherung sicherungen datensicherung taeglich woechentlich monatlich sauvegarde respaldo "
	"copia "
	"txt html htm pdf php css js py sh pl bat ps1 lzo lz4 zstd rpm deb exe msi cab pst ost mdb "
	"accdb mdf ndf edb dit reg evtx ova ovf vmx vmsd vma avhdx avhd vbox dmg sparseimage "
	"sparsebundle dar cpio pax ace arj lha kdbx kdb ldif pem key crt cer p12 pfx png jpg jpeg "
	"gif "
	"plist db3 sqlite3 bson rdb aof ibd frm myd myi unf dss hbk pbd afi adi spf spi v2i iv2i "
	"pqi xva "
	"vsm vacm vlb vblob "
	"cobian iperius aomei easeus paragon nakivo altaro arq attic bup btrbk sanoid syncoid "
	"snapper "
	"velero etcd barman walg mysqldump mydumper xtrabackup mongodump pgdump "
	"automysqlbackup autopostgresqlbackup rear raspibackup ghettovcb hyperbackup timemachine "
	"timeshift commvault netbackup networker tsm spectrum carbonite crashplan "
	"cisco juniper junos mikrotik routeros ubnt edgeos vyos fortigate fortinet aruba arista "
	"netgear "
	"linksys asuswrt ddwrt ap accesspoint idrac ilo ipmi bmc "
	"monday tuesday wednesday thursday friday saturday sunday mo tu we th fr sa su tue wed thu "
	"mon tues thur thurs fri sat sun january february march april june july august september "
	"october november december jan "
	"feb mar "
	"apr may jun jul aug sep sept oct nov dec day week month year date time am pm";

/* Names that people do give to servers and as often to a directory or a part of one. */
static const char *const common_words =
	"app apps web www mail ftp git wiki media cloud test prod "
	"production dev stage staging lab office "
	"main master primary secondary pi www1 site intranet "
	"portal print camera cam music photos video "
	"wordpress nextcloud owncloud gitlab gitea jenkins jira "
	"confluence redmine zabbix nagios icinga checkmk grafana "
	"prometheus influxdb elasticsearch kibana graylog splunk "
	"docker podman kubernetes k8s k3s rancher portainer vault "
	"consul minio rabbitmq kafka zimbra exchange sharepoint "
	"moodle shop blog forum crm erp intern extern plex jellyfin "
	"vaultwarden bitwarden paperless zimbra cpanel plesk "
	"directadmin virtualmin nginx apache tomcat proxy dns dhcp "
	"vpn ntp radius monitor monitoring";

/* What is counted up rather than numbered: backup01, daily-1, disk_0 are as often turns or parts of
 * something as names. */
static const char *const counted_words =
	"backup backups bak bkp archive snapshot snap dump export full incr inc diff differential "
	"incremental image img disk drive volume vol hdd ssd lun set part chunk block split piece "
	"daily weekly monthly yearly hourly nightly day week month year copy clone data "
	"folder job task run gen generation version level rev tape slot";

enum { WORD_SLOTS = 4096, EXTRA_MAX = 1024 };

struct word {
	const char *text;
	uint32_t len;
	enum word_class class;
	bool counted; /* with a number behind it, it is a common word */
};

struct words {
	struct word slots[WORD_SLOTS];
	size_t n;
	char **extra; /* what the slots of the user's words point to */
	size_t extra_n;
};

static uint32_t word_hash(const char *text, size_t len)
{
	uint32_t hash = 2166136261u; /* FNV-1a */
	for (size_t i = 0; i < len; i++) {
		hash = (hash ^ (unsigned char)text[i]) * 16777619u;
	}
	return hash ^ hash >> 15;
}

static void word_add(struct words *w, const char *text, size_t len, enum word_class class)
{
	size_t at = word_hash(text, len) % WORD_SLOTS;
	while (w->slots[at].len != 0) {
		const struct word *known = &w->slots[at];
		if (known->len == len && memcmp(known->text, text, len) == 0) {
			break;
		}
		at = (at + 1) % WORD_SLOTS;
	}
	w->slots[at].text = text;
	w->slots[at].len = (uint32_t)len;
	w->slots[at].class = class;
}

static void words_add_list(struct words *w, const char *list, enum word_class class)
{
	while (*list != '\0') {
		size_t len = strcspn(list, " ");
		word_add(w, list, len, class);
		list += len + strspn(list + len, " ");
	}
}

static int words_add_extra(struct words *w, const struct strv *extra)
{
	w->extra = calloc(extra->n, sizeof(*w->extra));
	if (w->extra == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < extra->n && w->extra_n < EXTRA_MAX; i++) {
		char *copy = strdup(extra->v[i]);
		if (copy == NULL) {
			return -ENOMEM;
		}
		w->extra[w->extra_n++] = copy;
		for (char *c = copy; *c != '\0'; c++) {
			if (*c >= 'A' && *c <= 'Z') {
				*c |= 0x20;
			}
		}
		if (copy[0] != '\0') {
			word_add(w, copy, strlen(copy), WORD_GENERIC);
		}
	}
	return 0;
}

static const struct word *word_find(const struct words *w, const unsigned char *text, size_t len)
{
	size_t at = word_hash((const char *)text, len) % WORD_SLOTS;
	for (; w->slots[at].len != 0; at = (at + 1) % WORD_SLOTS) {
		const struct word *known = &w->slots[at];
		if (known->len == len && memcmp(known->text, text, len) == 0) {
			return known;
		}
	}
	return NULL;
}

/* Words that are counted but on no other list are free themselves. */
static void words_add_counted(struct words *w)
{
	for (const char *list = counted_words; *list != '\0';) {
		size_t len = strcspn(list, " ");
		if (word_find(w, (const unsigned char *)list, len) == NULL) {
			word_add(w, list, len, WORD_FREE);
		}
		size_t at = word_hash(list, len) % WORD_SLOTS;
		while (w->slots[at].len != len || memcmp(w->slots[at].text, list, len) != 0) {
			at = (at + 1) % WORD_SLOTS;
		}
		w->slots[at].counted = true;
		list += len + strspn(list + len, " ");
	}
}

int words_new(const struct strv *extra, struct words **ret)
{
	_cleanup_(words_freep) struct words *w = calloc(1, sizeof(*w));
	if (w == NULL) {
		return -ENOMEM;
	}
	words_add_list(w, common_words, WORD_COMMON);
	words_add_list(w, generic_words, WORD_GENERIC);
	words_add_counted(w);
	if (extra != NULL && extra->n != 0) {
		int rc = words_add_extra(w, extra);
		if (rc < 0) {
			return rc;
		}
	}
	*ret = steal(w);
	return 0;
}

void words_free(struct words *w)
{
	if (w == NULL) {
		return;
	}
	for (size_t i = 0; i < w->extra_n; i++) {
		free(w->extra[i]);
	}
	free(w->extra);
	free(w);
}

bool words_counted(const struct words *w, const unsigned char *text, size_t len)
{
	const struct word *known = word_find(w, text, len);
	return known != NULL && known->counted;
}

enum word_class words_class(const struct words *w, const unsigned char *text, size_t len)
{
	size_t digits = 0;
	while (digits < len && text[digits] >= '0' && text[digits] <= '9') {
		digits++;
	}
	if (digits == len || len == 1) {
		return WORD_GENERIC;
	}
	const struct word *known = word_find(w, text, len);
	if (known != NULL) {
		return known->class;
	}
	size_t stem = len;
	while (text[stem - 1] >= '0' && text[stem - 1] <= '9') {
		stem--;
	}
	return stem != len && words_counted(w, text, stem) ? WORD_COMMON : WORD_FREE;
}
